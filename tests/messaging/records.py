"""Input records made by hand."""

from confluent_kafka import Message

from messaging.loop.input_batch import InputBatch, Run
from messaging.partition import Partition


def record(partition: int, offset: int, value: bytes | None = b"value", topic: str = "in") -> Message:
    """A record as the consumer gives it."""
    return Message(topic=topic, partition=partition, offset=offset, key=b"key", value=value, timestamp=(1, 1_000))


def batch(partition: int, offsets: range, *, replay: bool = False, topic: str = "in") -> InputBatch:
    """A batch of one partition."""
    records = [record(partition, offset, topic=topic) for offset in offsets]
    return InputBatch(topic, records, [Run(Partition(topic, partition), 0, len(records))], replay)
