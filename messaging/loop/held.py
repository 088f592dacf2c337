"""Partitions that wait for something to come back."""

from collections.abc import Callable, Iterable, Sequence

import structlog
from confluent_kafka import Consumer, TopicPartition

from messaging.loop.hold import Hold
from messaging.loop.positions import NOWHERE, Positions
from messaging.partition import Partition

log = structlog.get_logger()


class HeldPartitions:
    """Pauses partitions at a record that cannot be decided now, and resumes them there a while later.

    Polling goes on meanwhile, so the group keeps its members and other partitions flow; a sleeping loop would be put
    out of the group after max.poll.interval.ms.

    Args:
        consumer: Used by the loop's thread only.
        positions: Where a held partition goes on; an abort may have moved it back before its hold.
        wait: Seconds until a held partition is tried again.
        clock: Monotonic seconds.
    """

    def __init__(self, consumer: Consumer, positions: Positions, wait: float, clock: Callable[[], float]) -> None:
        self._consumer = consumer
        self._positions = positions
        self._wait = wait
        self._clock = clock
        self._holds: dict[Partition, tuple[Hold, float]] = {}
        self._told: set[Partition] = set()

    def __len__(self) -> int:
        return len(self._holds)

    @property
    def partitions(self) -> frozenset[Partition]:
        """Partitions that are paused."""
        return frozenset(self._holds)

    def hold(self, holds: Iterable[Hold]) -> None:
        """Pauses partitions; each is tried again after the wait."""
        for hold in holds:
            topic, number = hold.partition
            self._consumer.pause([TopicPartition(topic, number)])
            self._holds[hold.partition] = (hold, self._clock() + self._wait)
            if hold.partition not in self._told:
                log.warning("partition_held", topic=topic, partition=number, offset=hold.offset, error=str(hold.error))
                self._told.add(hold.partition)

    def resume_due(self) -> None:
        """Resumes what has waited long enough, at the record it waits for."""
        now = self._clock()
        for hold in [hold for hold, due in self._holds.values() if due <= now]:
            topic, number = hold.partition
            del self._holds[hold.partition]
            self._consumer.resume([TopicPartition(topic, number)])
            offset = self._positions.next_offset(hold.partition)
            self._consumer.seek(TopicPartition(topic, number, hold.offset if offset == NOWHERE else offset))

    def passed(self, partitions: Sequence[Partition]) -> None:
        """Partitions in which records are processed again."""
        if not self._told:
            return
        for partition in self._told.intersection(partitions).difference(self._holds):
            log.info("partition_resumed", topic=partition.topic, partition=partition.number)
            self._told.discard(partition)

    def forget(self, partitions: Iterable[Partition]) -> None:
        """Partitions that are not owned any more; the library forgets their pause itself."""
        for partition in partitions:
            self._holds.pop(partition, None)
            self._told.discard(partition)
