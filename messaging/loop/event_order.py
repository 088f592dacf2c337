"""Partitions that have a backlog, or are replayed, are read in the order of their records' timestamps."""

from collections.abc import Callable, Collection, Mapping, Sequence

from messaging.loop.backlog import Backlog
from messaging.loop.nth_smallest import nth_smallest
from messaging.loop.positions import NOWHERE, Positions
from messaging.loop.record import Record
from messaging.loop.replayed_pairs import EVER, NEVER, ReplayedPairs
from messaging.partition import Partition

MOST_PENDING = 200_000
"""Records kept back at most; beyond, the oldest go on without waiting for the partitions that lag."""

MOST_BYTES = 128 * 1024 * 1024
"""Bytes of values kept back at most in a replay of several topics: a record of one may hold hundreds of payments."""

PATIENCE, FIRST_PATIENCE = 0.5, 5.0
"""Seconds to wait for a partition that has records and gives none: its broker may be away. The first time longer, since
connections are made one after the other."""


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

    While partitions of one number are replayed in several topics, they are merged alike, the topic's own records first
    where times are equal. State that both topics feed is then what it was: a chain of payments is in one topic and the
    other by turns, and a topic read before the other would break it at each turn. No such partition is given up
    waiting for, since the committed offset says that it has more to give; the one that runs ahead is to be paused, and
    other numbers do not wait for one that cannot go on.

    Delivery: what is kept back is neither processed nor committed. It is forgotten where a partition goes, waits, or is
    sought back, since its records come again then.

    Args:
        topic: The topic whose partitions are held together; records of others pass, unless they are replayed with it.
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
        self._pairs = ReplayedPairs(topic, positions, self._backlogs)

    @property
    def pending(self) -> Collection[Partition]:
        """Partitions of which records are kept back."""
        return [partition for partition, backlog in self._backlogs.items() if len(backlog)]

    @property
    def ahead(self) -> Collection[Partition]:
        """Replayed partitions of which too much is kept back."""
        members = self._pairs.members.intersection(self._backlogs)
        return [
            partition
            for partition in members
            if self._backlogs[partition].exceeds(MOST_PENDING // 2 // len(members), MOST_BYTES // len(members))
        ]

    def admitted(
        self, parts: Mapping[Partition, Sequence[Record]], barred: Collection[Partition], limit: int
    ) -> Mapping[Partition, Sequence[Record]]:
        """What may be processed now, at most `limit` records, each partition's in log order.

        Args:
            parts: What was read, each partition's in log order.
            barred: Partitions whose records come again.
            limit: Most records to hand out.
        """
        self._pairs.look()
        members = self._members()
        if not members and not self._backlogs:
            return parts
        self._settle(members, barred)
        others = self._take_in(parts)
        return {**others, **self._due(limit - sum(map(len, others.values())))}

    def _members(self) -> Collection[Partition]:
        own = {partition for partition in self._positions.owned if partition.topic == self._topic}
        return self._pairs.members | (own if len(own) > 1 else set())

    def _settle(self, members: Collection[Partition], barred: Collection[Partition]) -> None:
        """Forgets partitions that are gone, and what comes again of those that were put back."""
        for partition, backlog in list(self._backlogs.items()):
            gone = partition in barred or not self._positions.owns(partition)
            done = partition not in members and not len(backlog)
            if gone or done or (backlog.handed is not None and self._comes_again(partition, backlog.handed)):
                del self._backlogs[partition]
        for partition in sorted(members):
            if partition not in self._backlogs and partition not in barred:
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
        counts = self._counts()
        if sum(counts.values()) > limit:
            counts = self._oldest(counts, limit) if limit > 0 else {}
        return {partition: self._backlogs[partition].take(count) for partition, count in counts.items() if count}

    def _counts(self) -> dict[Partition, int]:
        """How many records of each partition are due, the topic's own first."""
        horizon = self._horizon()
        counts: dict[Partition, int] = {}
        for partition, backlog in self._backlogs.items():
            if partition.topic == self._topic:
                counts[partition] = backlog.up_to(min(horizon, self._pairs.reached(partition)))
        for partition, backlog in self._backlogs.items():
            if partition.topic != self._topic:
                counts[partition] = backlog.before(self._pairs.left(partition, counts))
        return counts

    def _oldest(self, counts: Mapping[Partition, int], limit: int) -> dict[Partition, int]:
        """How many records of each partition are the `limit` oldest of those that are due."""
        time = nth_smallest([self._backlogs[p].times[:count] for p, count in counts.items()], limit)
        oldest = {p: min(count, self._backlogs[p].before(time)) for p, count in counts.items()}
        room = limit - sum(oldest.values())
        for partition, count in counts.items():
            alike = min(room, min(count, self._backlogs[partition].up_to(time)) - oldest[partition])
            oldest[partition] += alike
            room -= alike
        return oldest

    def _horizon(self) -> int:
        """The event time up to which the records of all partitions of the topic have been read."""
        if sum(map(len, self._backlogs.values())) > MOST_PENDING:
            return EVER
        horizon, now = EVER, self._clock()
        for partition, backlog in self._backlogs.items():
            if partition.topic != self._topic or self._pairs.stuck(partition, now - PATIENCE):
                continue
            if self._at_end(partition):
                backlog.heard = now
            elif len(backlog):
                horizon = min(horizon, int(backlog.times[-1]))
            elif now - backlog.heard < PATIENCE:
                horizon = min(horizon, NEVER if backlog.reached is None else backlog.reached)
        return horizon
