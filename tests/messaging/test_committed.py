"""Committed offsets against the end of the log."""

from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, TopicPartition

from messaging.errors import TopicMismatchError
from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings
from sandbox.broker import EmbeddedBroker
from tests.messaging.recorded import Recorder, RunningLoop

END = 20


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    """A broker with an input topic of two partitions, of which the first holds records."""
    with EmbeddedBroker() as embedded:
        for topic in ("in", "out", "dead"):
            embedded.create_topic(topic, 2)
        fill(embedded)
        yield embedded


def fill(broker: EmbeddedBroker) -> None:
    """Puts records into the first partition."""
    with AcknowledgedProducer(KafkaSettings(broker_url=broker.bootstrap_servers)) as producer:
        for number in range(END):
            producer.produce("in", b"same key", b"%d" % number, 1_790_000_000_000)


def commit(broker: EmbeddedBroker, offset: int) -> int:
    """Commits an offset of the partition with records for the group of the loop; the number of that partition."""
    consumer = Consumer({"bootstrap.servers": broker.bootstrap_servers, "group.id": "group"})
    ends = {number: consumer.get_watermark_offsets(TopicPartition("in", number), 10)[1] for number in (0, 1)}
    (filled,) = [number for number, end in ends.items() if end == END]
    consumer.commit(offsets=[TopicPartition("in", filled, offset)], asynchronous=False)
    consumer.close()
    return filled


@pytest.mark.parametrize("offset", [END - 1, END])
def test_offset_up_to_the_end_of_the_log_is_taken(broker: EmbeddedBroker, offset: int) -> None:
    """A group that has read all, or nearly all, goes on at its offset."""
    filled, recorder = commit(broker, offset), Recorder()
    with RunningLoop(broker.bootstrap_servers, recorder) as running:
        running.wait_until(lambda: running.loop.ready, "assignment")
        fill(broker)
        running.wait_until(lambda: recorder.done and recorder.done[-1][2] == 2 * END - 1, "the records")
    assert recorder.done == [("in", filled, at) for at in range(offset, 2 * END)]


def test_offset_behind_the_end_of_the_log_ends_the_loop(broker: EmbeddedBroker) -> None:
    """A log shorter than what the group has committed is told with what to do; no record is taken for a known one."""
    filled, recorder = commit(broker, END + 1), Recorder()
    with RunningLoop(broker.bootstrap_servers, recorder) as running:
        error = running.ended()
    assert isinstance(error, TopicMismatchError)
    assert (error.topic, error.partition, error.offset) == ("in", filled, END + 1)
    said = f"in-{filled} ends at offset {END}, and the group has committed it up to {END + 1}"
    assert str(error).startswith(said)
    assert "--reset-offsets" in str(error)
