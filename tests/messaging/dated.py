"""Records with a time."""

from confluent_kafka import Message

from messaging.partition import Partition


def dated(partition: Partition, offset: int, time: int) -> Message:
    """A record with a timestamp in milliseconds."""
    return Message(
        topic=partition.topic, partition=partition.number, offset=offset, key=b"", value=b"value", timestamp=(1, time)
    )
