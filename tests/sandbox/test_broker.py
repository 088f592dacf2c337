"""The embedded broker: topics, faults, and what it was asked."""

from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, KafkaError, Producer

from sandbox.broker import ApiKey, EmbeddedBroker
from sandbox.errors import EmbeddedBrokerError
from tests.waiting import wait_for


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    """A broker with one topic of three partitions."""
    with EmbeddedBroker() as running:
        running.create_topic("payments", 3)
        yield running


def _producer(broker: EmbeddedBroker, **properties: object) -> Producer:
    return Producer({"bootstrap.servers": broker.bootstrap_servers, "log_level": 0, **properties})


def _delivery(producer: Producer) -> KafkaError | None:
    reports: list[KafkaError | None] = []
    producer.produce("payments", b"x", on_delivery=lambda error, _: reports.append(error))
    wait_for(lambda: producer.flush(0.1) == 0, 30, "a delivery report")
    return reports[0]


def test_topic_with_partitions(broker: EmbeddedBroker) -> None:
    """A topic has the partitions it was created with, and listens on loopback only."""
    topic = _producer(broker).list_topics("payments", 10).topics["payments"]
    assert len(topic.partitions) == 3
    assert all(address.startswith("127.0.0.1:") for address in broker.bootstrap_servers.split(","))


def test_topic_created_twice(broker: EmbeddedBroker) -> None:
    """A topic that exists is refused by name."""
    with pytest.raises(EmbeddedBrokerError, match=r"payments.*TOPIC_ALREADY_EXISTS"):
        broker.create_topic("payments", 3)


def test_records_read_as_written(broker: EmbeddedBroker) -> None:
    """A group reads every record that was written."""
    producer = _producer(broker)
    for number in range(1000):
        producer.produce("payments", str(number))
    producer.flush(10)
    consumer = Consumer(
        {"bootstrap.servers": broker.bootstrap_servers, "group.id": "readers", "auto.offset.reset": "earliest"}
    )
    consumer.subscribe(["payments"])
    read: list[bytes | None] = []
    wait_for(
        lambda: read.extend(m.value() for m in consumer.consume(500, 0.1)) or len(read) == 1000, 30, "1000 records"
    )
    consumer.close()
    assert {int(value or b"") for value in read} == set(range(1000))


def test_injected_request_error(broker: EmbeddedBroker) -> None:
    """An error laid up for a request meets the next one of its kind, and no other."""
    producer = _producer(broker, retries=0)
    broker.fail_requests(ApiKey.PRODUCE, [KafkaError.MSG_SIZE_TOO_LARGE])
    error = _delivery(producer)
    assert error is not None
    assert error.code() == KafkaError.MSG_SIZE_TOO_LARGE
    assert _delivery(producer) is None


def test_cleared_request_errors(broker: EmbeddedBroker) -> None:
    """Errors that were cleared meet nobody."""
    broker.fail_requests(ApiKey.PRODUCE, [KafkaError.MSG_SIZE_TOO_LARGE] * 5)
    broker.clear_faults(ApiKey.PRODUCE)
    assert _delivery(_producer(broker, retries=0)) is None


def test_broker_taken_down_and_brought_up(broker: EmbeddedBroker) -> None:
    """Records wait while the broker is down, and what it held is there afterwards."""
    producer = _producer(broker)
    assert _delivery(producer) is None
    broker.take_down()
    producer.produce("payments", b"waits")
    assert producer.flush(0.5) == 1
    broker.bring_up()
    wait_for(lambda: producer.flush(0.1) == 0, 30, "the waiting record")


def test_tracked_requests(broker: EmbeddedBroker) -> None:
    """Requests are counted by their kind from the moment tracking begins."""
    broker.track_requests()
    assert _delivery(_producer(broker)) is None
    assert broker.requests()[ApiKey.PRODUCE] == 1


def test_stopped_broker(broker: EmbeddedBroker) -> None:
    """A stopped broker says so, and stopping again does nothing."""
    broker.stop()
    broker.stop()
    with pytest.raises(EmbeddedBrokerError, match="stopped"):
        broker.create_topic("late")
