"""Partitions that are not read while too much of them is kept back."""

from collections.abc import Collection

from confluent_kafka import Consumer, TopicPartition

from messaging.loop.positions import Positions
from messaging.loop.resuming import resume_at
from messaging.partition import Partition


class Brake:
    """Pauses partitions of which too much is kept back, and resumes them when all of that has been handed out.

    Delivery: nothing is lost or read twice; a partition that somebody else has paused meanwhile is left to them.

    Args:
        consumer: Used by the loop's thread only.
        positions: Where the loop stands.
    """

    def __init__(self, consumer: Consumer, positions: Positions) -> None:
        self._consumer = consumer
        self._positions = positions
        self._paused: set[Partition] = set()

    def turn(self, ahead: Collection[Partition], pending: Collection[Partition], others: Collection[Partition]) -> None:
        """Pauses and resumes.

        Args:
            ahead: Partitions of which too much is kept back.
            pending: Partitions of which anything is kept back.
            others: Partitions that somebody else has paused, and will resume.

        Raises:
            MessagingError: the library does not seek.
        """
        fresh = set(ahead) - self._paused
        if fresh:
            self._consumer.pause([TopicPartition(*partition) for partition in fresh])
        self._paused |= fresh
        for partition in self._paused.difference(pending):
            self._paused.discard(partition)
            if self._positions.owns(partition) and partition not in others:
                resume_at(self._consumer, partition, self._positions.next_offset(partition))
