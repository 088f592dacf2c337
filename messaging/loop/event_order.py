"""Partitions that have a backlog are read in the order of their records' timestamps."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence
from itertools import accumulate, chain, islice
from typing import cast

import numpy as np
from confluent_kafka import Message

from messaging.loop.positions import NOWHERE, Positions
from messaging.loop.record import Record, timestamps_of
from messaging.loop.stretches import stretches
from messaging.partition import Partition

MOST_PENDING = 200_000
"""Records kept back at most; beyond, the oldest go on without waiting for the partitions that lag."""

PATIENCE, FIRST_PATIENCE = 0.5, 5.0
"""Seconds to wait for a partition that has records and gives none: its broker may be away. The first time longer, since
connections are made one after the other."""


class _Backlog:
    """Records of one partition that were read and not handed out yet."""

    def __init__(self, now: float) -> None:
        self.records: list[Record] = []
        self.times: list[int] = []
        """Highest timestamp up to each record: a prefix is what can be handed out."""
        self.handed: int | None = None
        """Offset behind the last record that was handed out."""
        self.reached: int | None = None
        """Highest timestamp that was handed out."""
        self.heard = now
        """When the partition gave a record, or was at its end."""

    def add(self, records: Sequence[Record], now: float) -> None:
        """Takes records in; those of a partition that was sought back replace what is here."""
        if self.records and records[0].offset() <= self.records[-1].offset():
            self.clear()
        last = self.times[-1] if self.times else records[0].timestamp()[1]
        self.records.extend(records)
        self.times.extend(islice(accumulate(chain((last,), timestamps_of(records)), max), 1, None))
        self.heard = now

    def take(self, count: int) -> list[Record]:
        """Hands the first records out."""
        if not count:
            return []
        taken = self.records[:count]
        self.reached, self.handed = self.times[count - 1], taken[-1].offset() + 1
        del self.records[:count], self.times[:count]
        return taken

    def clear(self) -> None:
        """Forgets what is kept back."""
        self.records.clear()
        self.times.clear()


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
        self._backlogs: dict[Partition, _Backlog] = {}

    @property
    def pending(self) -> Collection[Partition]:
        """Partitions of which records are kept back."""
        return [partition for partition, backlog in self._backlogs.items() if backlog.records]

    def admitted(self, messages: Sequence[Message], barred: Collection[Partition], limit: int) -> Sequence[Message]:
        """What may be processed now, at most `limit` records, each partition's in log order.

        Args:
            messages: What `consume` returned, reports included.
            barred: Partitions whose records come again.
            limit: Most records to hand out.
        """
        numbers = [p.number for p in self._positions.owned if p.topic == self._topic]
        if len(numbers) < 2 and not self._backlogs:
            return messages
        self._settle(barred)
        others = self._take_in(messages)
        due = self._due(max(0, limit - len(others)))
        return [*others, *cast("list[Message]", due)]

    def _settle(self, barred: Collection[Partition]) -> None:
        """Forgets partitions that are gone, and what comes again of those that were put back."""
        for partition, backlog in list(self._backlogs.items()):
            gone = partition in barred or not self._positions.owns(partition)
            if gone or (backlog.handed is not None and self._comes_again(partition, backlog.handed)):
                del self._backlogs[partition]
        for partition in self._positions.owned:
            if partition.topic == self._topic and partition not in self._backlogs and partition not in barred:
                self._backlogs[partition] = _Backlog(self._clock() + FIRST_PATIENCE - PATIENCE)

    def _comes_again(self, partition: Partition, handed: int) -> bool:
        """Whether records were handed out and not processed: an abort, or somebody who waits, put them back."""
        return NOWHERE < self._positions.next_offset(partition) < handed

    def _take_in(self, messages: Sequence[Message]) -> list[Message]:
        """Sorts records of the topic into their backlogs; the rest is returned."""
        others: list[Message] = []
        if any(map(Message.error, messages)):
            others = [message for message in messages if message.error() is not None]
            messages = [message for message in messages if message.error() is None]
        for partition, run in stretches(cast("Sequence[Record]", messages)):
            backlog = self._backlogs.get(partition)
            if backlog is None:
                others.extend(cast("Sequence[Message]", run))
            else:
                backlog.add(run, self._clock())
        return others

    def _due(self, limit: int) -> list[Record]:
        horizon = self._horizon()
        counts = {p: bisect_right(backlog.times, horizon) for p, backlog in self._backlogs.items()}
        due: list[Record] = []
        if sum(counts.values()) > limit:
            horizon = self._nth_time(counts, limit)
            for backlog in self._backlogs.values():
                due.extend(backlog.take(bisect_left(backlog.times, horizon)))
        for backlog in self._backlogs.values():
            due.extend(backlog.take(min(bisect_right(backlog.times, horizon), limit - len(due))))
        return due

    def _nth_time(self, counts: dict[Partition, int], limit: int) -> float:
        """The event time up to which about `limit` records are due."""
        if limit <= 0:
            return float("-inf")
        times = np.concatenate([self._backlogs[p].times[: min(count, limit)] for p, count in counts.items()])
        return float(np.partition(times, limit - 1)[limit - 1])

    def _horizon(self) -> float:
        """The event time up to which the records of all partitions have been read."""
        kept = sum(len(backlog.records) for backlog in self._backlogs.values())
        if kept > MOST_PENDING:
            return float("inf")
        horizon, now = float("inf"), self._clock()
        for partition, backlog in self._backlogs.items():
            if self._at_end(partition):
                backlog.heard = now
            elif backlog.records:
                horizon = min(horizon, backlog.times[-1])
            elif now - backlog.heard < PATIENCE:
                horizon = min(horizon, backlog.reached if backlog.reached is not None else float("-inf"))
        return horizon
