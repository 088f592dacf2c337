"""Records of several topics by turns, as their timestamps lie."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, zip_longest

import numpy as np

from messaging.loop.record import Record, timestamps_of
from messaging.partition import Partition

Parts = Mapping[Partition, Sequence[Record]]
"""Records by partition, each partition's in log order."""


def by_turns(parts: Parts, topics: Sequence[str]) -> Iterator[Parts]:
    """The records of one turn after the other: in a turn, a partition's lie before those of a later topic's partition
    of the same number; behind them in time, they have a later turn.

    Partitions of different numbers share turns, since each batch has a fixed cost.

    Args:
        parts: Of any partitions.
        topics: The order in which topics go where times are equal.
    """
    numbers: dict[int, list[Partition]] = {}
    for partition in sorted(parts, key=lambda partition: topics.index(partition.topic)):
        numbers.setdefault(partition.number, []).append(partition)
    for turn in zip_longest(*(_turns(parts, alike) for alike in numbers.values()), fillvalue={}):
        yield {partition: records for each in turn for partition, records in each.items()}


def _turns(parts: Parts, alike: Sequence[Partition]) -> Iterator[Parts]:
    """Turns of the partitions of one number, in the order of their topics."""
    if len(alike) == 1:
        yield {alike[0]: parts[alike[0]]}
        return
    ranks = np.repeat(np.arange(len(alike)), [len(parts[partition]) for partition in alike])
    times = np.concatenate([np.maximum.accumulate(timestamps_of(parts[partition])) for partition in alike])
    merged = ranks[np.lexsort((ranks, times))]
    changes = np.flatnonzero(np.diff(merged)) + 1
    taken = [0] * len(alike)
    turn: dict[Partition, Sequence[Record]] = {}
    before = -1
    for start, end in pairwise([0, *changes.tolist(), merged.size]):
        rank = int(merged[start])
        if rank < before:
            yield turn
            turn = {}
        partition, first = alike[rank], taken[rank]
        taken[rank] = first + end - start
        turn[partition] = parts[partition][first : taken[rank]]
        before = rank
    yield turn
