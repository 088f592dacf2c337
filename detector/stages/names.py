"""Names of payments that travel with the payments of a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.rules.plan.stage_plan import StagePlan
from detector.state.payment_ids import PaymentIds
from detector.windows.layout import CHAIN_CAP, F_FLAGS, F_HOPS, FLAG_LOCAL, FLAG_NEW, I64, MOST_HOPS, N_CITED, U8, Found
from detector.windows.names import CHAINS, GROUP_HEAD, NAME_HEAD, pack_names
from detector.windows.texts import gather

_GROUP = Struct("<BIH")
"""Kind, how many are cited in all, how many names follow."""


class CitedBy(NamedTuple):
    """Payments that support the finding of one measure.

    Args:
        ids: Their ids in log order, the newest ones where there are more than the cap.
        total: How many there are, the cap aside.
    """

    ids: Sequence[str]
    total: int


@dataclass(frozen=True, slots=True)
class Names:
    """Packed names of a batch, see `detector.windows.names`: joined bytes, and the end of each row's."""

    data: U8
    ends: I64

    @classmethod
    def none(cls, rows: int) -> "Names":
        """No name on any of `rows` payments."""
        return cls(np.zeros(0, np.uint8), np.zeros(rows, np.int64))

    @classmethod
    def found(cls, stage: StagePlan, found: Found, ids: PaymentIds) -> "Names":
        """The names of what a stage found."""
        most = int(found.counts[N_CITED]) + _links_that_leave(found)
        room = most * (NAME_HEAD + ids.longest) + (most + 1) * GROUP_HEAD
        data, ends = np.empty(room, np.uint8), np.zeros(found.rows.shape[0], np.int64)
        pack_names(stage.plan, found, ids.named(), stage.settings.evidence.cap, data, ends)
        return cls(data[: int(ends[-1]) if ends.shape[0] else 0], ends)

    def of(self, row: int) -> Mapping[int, CitedBy]:
        """What each measure of a row cites; the payments of chains are left out."""
        return self.on(np.array([row])).get(row, {})

    def on(self, rows: I64, first: int = 0) -> Mapping[int, dict[int, CitedBy]]:
        """What each measure cites, counted from `first`, on those of some rows that have names; chains are left out."""
        ends = self.ends[rows]
        starts = np.where(rows > 0, self.ends[rows - 1], 0)
        there = ends > starts
        bounds = zip(rows[there].tolist(), starts[there].tolist(), ends[there].tolist(), strict=True)
        return {row: _read(self.data[start:end].tobytes(), first) for row, start, end in bounds}

    def named(self) -> NDArray[np.bool_]:
        """Whether there are names, by row."""
        return np.diff(self.ends, prepend=0) > 0

    def rows(self, first: int, end: int) -> "Names":
        """The names of some rows."""
        start = int(self.ends[first - 1]) if first else 0
        ends = self.ends[first:end] - start
        return Names(self.data[start : start + int(ends[-1]) if end > first else start], ends)

    def chosen(self, rows: I64) -> "Names":
        """The names of rows at some positions."""
        sizes = np.diff(self.ends, prepend=0)[rows]
        data, ends = np.empty(int(sizes.sum()), np.uint8), np.empty(rows.shape[0], np.int64)
        gather(self.data, self.ends, rows, data, ends)
        return Names(data, ends)


def _links_that_leave(found: Found) -> int:
    """At most so many payments of chains leave for other partitions."""
    leaving = found.rows[:, F_FLAGS] & (FLAG_LOCAL | FLAG_NEW) == FLAG_NEW
    hops = found.rows[leaving, F_HOPS : F_HOPS + MOST_HOPS]
    return int(np.clip(hops - 1, 0, CHAIN_CAP - 1).sum()) + int(leaving.sum())


def _read(data: bytes, first: int) -> dict[int, CitedBy]:
    cited: dict[int, CitedBy] = {}
    at = 0
    while at < len(data):
        kind, total, count = _GROUP.unpack_from(data, at)
        ids, at = _ids(data, at + GROUP_HEAD, count)
        if kind != CHAINS:
            cited[first + kind] = CitedBy(ids, total)
    return cited


def _ids(data: bytes, at: int, count: int) -> tuple[list[str], int]:
    """The ids of a group, and where it ends; those of one length are cut out of one text, which most of them are."""
    step = NAME_HEAD + (data[at + 2] | data[at + 3] << 8) if count else NAME_HEAD
    end = at + count * step
    alike = data[at + 2 : end : step] == data[at + 2 : at + 3] * count
    if alike and data[at + 3 : end : step] == data[at + 3 : at + 4] * count and data[at:end].isascii():
        text = data[at:end].decode()
        return [text[start + NAME_HEAD : start + step] for start in range(0, end - at, step)], end
    ids = []
    for _ in range(count):
        start = at + NAME_HEAD
        at = start + (data[at + 2] | data[at + 3] << 8)
        ids.append(data[start:at].decode())
    return ids, at
