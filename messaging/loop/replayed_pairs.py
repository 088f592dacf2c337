"""Partitions of one number, of several topics, that are replayed at the same time."""

from collections.abc import Collection, Mapping

from messaging.loop.backlog import Backlog
from messaging.loop.positions import Positions
from messaging.partition import Partition

NEVER, EVER = -(1 << 63), (1 << 63) - 1
"""Event times before and behind all others."""


class ReplayedPairs:
    """Says how far a replayed partition may go before another of its number must have come as far.

    What has been read up to the committed offset has no more to give, and nobody waits for it. A partition that has no
    backlog waits itself, for a record that cannot be decided or to be sought back, and the others wait with it.

    Args:
        topic: The topic that goes first where times are equal.
        positions: Which partitions are replayed, and up to where.
        backlogs: What was read of them.
    """

    def __init__(self, topic: str, positions: Positions, backlogs: Mapping[Partition, Backlog]) -> None:
        self._topic = topic
        self._positions = positions
        self._backlogs = backlogs
        self._until: Mapping[Partition, int] = {}
        self._siblings: Mapping[Partition, Collection[Partition]] = {}

    def look(self) -> None:
        """Looks which partitions are replayed now."""
        self._until = self._positions.replaying
        alike: dict[int, list[Partition]] = {}
        for partition in self._until:
            alike.setdefault(partition.number, []).append(partition)
        self._siblings = {
            partition: [other for other in of_number if other != partition]
            for of_number in alike.values()
            if len(of_number) > 1
            for partition in of_number
        }

    @property
    def members(self) -> frozenset[Partition]:
        """Partitions with another one of their number."""
        return frozenset(self._siblings)

    def stuck(self, partition: Partition, since: float) -> bool:
        """Whether another one of the number waits for something, or has given nothing since a moment."""
        others = map(self._backlogs.get, self._siblings.get(partition, ()))
        return any(other is None or (not len(other) and other.heard <= since) for other in others)

    def reached(self, partition: Partition) -> int:
        """The event time up to which all others of the number have been read."""
        return min((self._left(other, EVER) for other in self._siblings.get(partition, ())), default=EVER)

    def left(self, partition: Partition, counts: Mapping[Partition, int]) -> int:
        """The event time at which the number's partition of the first topic goes on behind so many records."""
        firsts = [other for other in self._siblings.get(partition, ()) if other.topic == self._topic]
        return min((self._left(other, counts.get(other, 0)) for other in firsts), default=EVER)

    def _left(self, partition: Partition, count: int) -> int:
        backlog = self._backlogs.get(partition)
        if backlog is None:
            return NEVER
        if count >= len(backlog) and backlog.read >= self._until[partition]:
            return EVER
        time = backlog.left(count)
        return NEVER if time is None else time
