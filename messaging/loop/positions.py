"""Where the loop stands in every partition it owns."""

from collections.abc import Iterable, Mapping

from messaging.loop.input_batch import InputBatch
from messaging.partition import Partition

NOWHERE = -1
"""Stands for a first offset that is not known before the first record."""


class Positions:
    """Own next offsets: last processed + 1, per partition owned now.

    Own ones, because the broker checks only the group's generation when offsets are committed, not that the partition
    is owned: an offset of a partition that was given up would overwrite the new owner's.
    """

    def __init__(self) -> None:
        self._next: dict[Partition, int] = {}
        self._replay_until: dict[Partition, int] = {}
        self._first: dict[Partition, int] = {}

    @property
    def owned(self) -> frozenset[Partition]:
        """Partitions owned now."""
        return frozenset(self._next)

    @property
    def replaying(self) -> Mapping[Partition, int]:
        """Committed offset of every partition that has not reached it yet."""
        return {p: bound for p, bound in self._replay_until.items() if self._next[p] < bound}

    def owns(self, partition: Partition) -> bool:
        """Says whether the partition is owned now."""
        return partition in self._next

    def next_offset(self, partition: Partition) -> int:
        """Offset of the next record to process; `NOWHERE` before the first where nothing was committed."""
        return self._next[partition]

    def replay_bound(self, partition: Partition) -> int:
        """Offset below which records rebuild state only."""
        return self._replay_until.get(partition, NOWHERE)

    def take(self, partition: Partition, start: int, committed: int | None) -> None:
        """Takes a partition over, reading from `start`."""
        self._next[partition] = start
        if committed is not None and start < committed:
            self._replay_until[partition] = committed

    def forget(self, partitions: Iterable[Partition]) -> None:
        """Gives partitions up; they do not belong to the open transaction any more."""
        for partition in partitions:
            self._next.pop(partition, None)
            self._replay_until.pop(partition, None)
            self._first.pop(partition, None)

    def seen(self, partition: Partition, offset: int) -> int:
        """Next offset to process; the first offset seen sets it where nothing was ever committed."""
        if self._next[partition] == NOWHERE:
            self._next[partition] = offset
        return self._next[partition]

    def advance(self, batch: InputBatch, held: Mapping[Partition, int]) -> None:
        """Counts a batch as processed, up to the offsets in `held`."""
        for partition, start, stop in batch.runs:
            first = batch.messages[start].offset()
            reached = min(batch.messages[stop - 1].offset() + 1, held.get(partition, 1 << 63))
            if reached <= first:
                continue
            if not batch.replay:
                self._first.setdefault(partition, first)
            self._next[partition] = reached

    def skip_to(self, partition: Partition, offset: int) -> None:
        """Moves over offsets that hold no record for us: markers of transactions, aborted records."""
        self._next[partition] = max(self._next[partition], offset)

    def touched(self) -> Mapping[Partition, int]:
        """Next offset of every partition in the open transaction."""
        return {partition: self._next[partition] for partition in self._first}

    def touch(self) -> None:
        """Takes all partitions into the open transaction, where they stand."""
        self._first.update({partition: offset for partition, offset in self._next.items() if offset >= 0})

    def settle(self) -> None:
        """The open transaction is committed: its partitions stand where they stand."""
        self._first.clear()

    def rewind(self) -> Mapping[Partition, int]:
        """The open transaction is gone: its partitions stand at its first offsets again, which are returned."""
        firsts = dict(self._first)
        self._next.update(firsts)
        self._first.clear()
        return firsts
