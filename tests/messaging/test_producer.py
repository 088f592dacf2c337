"""Counting what was acknowledged."""

from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings
from sandbox.broker import EmbeddedBroker
from tests.waiting import wait_for

COUNT = 10


def test_acknowledged_records_stay_acknowledged() -> None:
    """A client that reports about itself, as when its broker goes away, takes back nothing that it has told."""
    with EmbeddedBroker() as broker:
        broker.create_topic("t", 1)
        producer = AcknowledgedProducer(KafkaSettings(broker_url=broker.bootstrap_servers))
        for number in range(COUNT):
            producer.produce("t", b"key", b"%d" % number, 1)
        producer.flush()
        assert producer.acknowledged == COUNT
        broker.take_down()
        reports = producer._producer
        wait_for(lambda: len(reports) > 0, 10, "a report about the broker")
        assert producer.acknowledged == COUNT
        broker.bring_up()
        producer.close()
