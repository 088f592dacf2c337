"""A consumer that notes what it is told."""

from collections.abc import Sequence

from confluent_kafka import TopicPartition

from messaging.partition import Partition


class ToldConsumer:
    """Notes what it is told; its positions are set by the test."""

    def __init__(self) -> None:
        self.paused: set[Partition] = set()
        self.sought: dict[Partition, int] = {}
        self.at: dict[Partition, int] = {}

    def pause(self, partitions: Sequence[TopicPartition]) -> None:
        """Pauses."""
        self.paused |= {Partition(p.topic, p.partition) for p in partitions}

    def resume(self, partitions: Sequence[TopicPartition]) -> None:
        """Resumes."""
        self.paused -= {Partition(p.topic, p.partition) for p in partitions}

    def seek(self, partition: TopicPartition) -> None:
        """Seeks."""
        self.sought[Partition(partition.topic, partition.partition)] = partition.offset

    def position(self, partitions: Sequence[TopicPartition]) -> list[TopicPartition]:
        """Tells positions."""
        at = [self.at.get(Partition(p.topic, p.partition), -1001) for p in partitions]
        return [TopicPartition(p.topic, p.partition, offset) for p, offset in zip(partitions, at, strict=True)]
