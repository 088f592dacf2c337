"""Partitions that have a backlog are read in the order of their records' timestamps."""

from collections.abc import Callable, Collection, Mapping, Sequence

from messaging.loop.backlog import Backlog
from messaging.loop.nth_smallest import nth_smallest
from messaging.loop.positions import NOWHERE, Positions
from messaging.loop.record import Record
from messaging.partition import Partition

MOST_PENDING = 200_000
"""Records kept back at most; beyond, the oldest go on without waiting for the partitions that lag."""

PATIENCE, FIRST_PATIENCE = 0.5, 5.0
"""Seconds to wait for a partition that has records and gives none: its broker may be away. The first time longer, since
connections are made one after the other."""


_NEVER, _EVER = -(1 << 63), (1 << 63) - 1
"""Event times before and behind all others."""


class EventOrder:
    """Hands records out so that no partition runs ahead of another in event time.

    Fetches bring thousands of records of one partition at once. While there is a backlog, that is hours of event time,
    and whoever gets records from several partitions, as a payee does, would see them hours apart::

        partition 0   ---x--x---x---x---x--x|              all up to here: handed out
        partition 1   --x----x--x---x---x--x|--x--x-->     kept back until partition 0 has come so far
        partition 2   x--x   (at its end: nobody waits for what may come later)

    A partition that has been read to its end holds nobody back, so without a backlog nothing waits, and a record with a
    wrong time delays its partition no longer than a backlog lasts. A partition that has more to give and gives nothing
    is waited for half a second.

    Delivery: what is kept back is neither processed nor committed. It is forgotten where a partition goes, waits, or is
    sought back, since its records come again then.

    Args:
        topic: The topic whose partitions are held together; records of others pass.
        positions: Where the loop stands: behind what was handed out, unless that has to come again.
        at_end: Says whether a partition has no more records now.
        clock: Monotonic seconds.
    """

    def __init__(
        self, topic: str, positions: Positions, at_end: Callable[[Partition], bool], clock: Callable[[], float]
    ) -> None:
        self._topic = topic
        self._positions = positions
        self._at_end = at_end
        self._clock = clock
        self._backlogs: dict[Partition, Backlog] = {}

    @property
    def pending(self) -> Collection[Partition]:
        """Partitions of which records are kept back."""
        return [partition for partition, backlog in self._backlogs.items() if len(backlog)]

    def admitted(
        self, parts: Mapping[Partition, Sequence[Record]], barred: Collection[Partition], limit: int
    ) -> Mapping[Partition, Sequence[Record]]:
        """What may be processed now, at most `limit` records, each partition's in log order.

        Args:
            parts: What was read, each partition's in log order.
            barred: Partitions whose records come again.
            limit: Most records to hand out.
        """
        numbers = [p.number for p in self._positions.owned if p.topic == self._topic]
        if len(numbers) < 2 and not self._backlogs:
            return parts
        self._settle(barred)
        others = self._take_in(parts)
        return {**others, **self._due(limit - sum(map(len, others.values())))}

    def _settle(self, barred: Collection[Partition]) -> None:
        """Forgets partitions that are gone, and what comes again of those that were put back."""
        for partition, backlog in list(self._backlogs.items()):
            gone = partition in barred or not self._positions.owns(partition)
            if gone or (backlog.handed is not None and self._comes_again(partition, backlog.handed)):
                del self._backlogs[partition]
        for partition in sorted(self._positions.owned - self._backlogs.keys()):
            if partition.topic == self._topic and partition not in barred:
                self._backlogs[partition] = Backlog(self._clock() + FIRST_PATIENCE - PATIENCE)

    def _comes_again(self, partition: Partition, handed: int) -> bool:
        """Whether records were handed out and not processed: an abort, or somebody who waits, put them back."""
        return NOWHERE < self._positions.next_offset(partition) < handed

    def _take_in(self, parts: Mapping[Partition, Sequence[Record]]) -> Mapping[Partition, Sequence[Record]]:
        """Puts records of the topic into their backlogs; the rest is returned."""
        others: dict[Partition, Sequence[Record]] = {}
        for partition, records in parts.items():
            backlog = self._backlogs.get(partition)
            if backlog is None:
                others[partition] = records
            else:
                backlog.add(records, self._clock())
        return others

    def _due(self, limit: int) -> Mapping[Partition, Sequence[Record]]:
        horizon = self._horizon()
        counts = {partition: backlog.up_to(horizon) for partition, backlog in self._backlogs.items()}
        if sum(counts.values()) > limit:
            counts = self._oldest(counts, limit) if limit > 0 else {}
        return {partition: self._backlogs[partition].take(count) for partition, count in counts.items() if count}

    def _oldest(self, counts: Mapping[Partition, int], limit: int) -> dict[Partition, int]:
        """How many records of each partition are the `limit` oldest of those that are due."""
        time = nth_smallest([self._backlogs[p].times[:count] for p, count in counts.items()], limit)
        oldest = {partition: backlog.before(time) for partition, backlog in self._backlogs.items()}
        room = limit - sum(oldest.values())
        for partition, backlog in self._backlogs.items():
            alike = min(room, backlog.up_to(time) - oldest[partition])
            oldest[partition] += alike
            room -= alike
        return oldest

    def _horizon(self) -> int:
        """The event time up to which the records of all partitions have been read."""
        if sum(map(len, self._backlogs.values())) > MOST_PENDING:
            return _EVER
        horizon, now = _EVER, self._clock()
        for partition, backlog in self._backlogs.items():
            if self._at_end(partition):
                backlog.heard = now
            elif len(backlog):
                horizon = min(horizon, int(backlog.times[-1]))
            elif now - backlog.heard < PATIENCE:
                horizon = min(horizon, backlog.reached if backlog.reached is not None else _NEVER)
        return horizon
