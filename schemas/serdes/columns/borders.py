"""Which of many payloads are whole: every field within its record, and nothing behind the last."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from schemas.serdes.frame import PREFIX_LENGTH
from schemas.serdes.self_contained import Schema

Array = NDArray[np.int64]

PADDING = bytes(16)
"""Behind the last record, so that a position just past the end can be looked at."""

LONGEST_DECIMAL = 16
"""Bytes of a decimal that polars reads; a longer one is left to the per-record path."""

SIZES = {"float": 4, "double": 8}


def whole(values: Sequence[bytes], types: Sequence[Schema]) -> NDArray[np.bool_]:
    """Which framed values hold exactly the fields of a block's types; all values at once, field by field.

    True says that the borders are right, not that the contents are: UTF-8 and ranges are not looked at.
    """
    if not values:
        return np.empty(0, np.bool_)
    walk = _Walk(values)
    for kind in types:
        if isinstance(kind, dict):
            walk.pass_bytes(np.int64(kind["size"])) if "size" in kind else walk.pass_counted(LONGEST_DECIMAL)
        elif kind == "long":
            walk.number()
        elif kind in SIZES:
            walk.pass_bytes(np.int64(SIZES[kind]))
        else:
            walk.pass_counted(None)
    sound: NDArray[np.bool_] = walk.good & (walk.positions == walk.ends)
    return sound


class _Walk:
    """A position in each value; `good` where it has stayed inside."""

    def __init__(self, values: Sequence[bytes]) -> None:
        self.ends: Array = np.fromiter(accumulate(map(len, values)), np.int64, len(values))
        self._bytes = np.frombuffer(b"".join((*values, PADDING)), np.uint8)
        self.positions: Array = np.concatenate((np.zeros(1, np.int64), self.ends[:-1])) + PREFIX_LENGTH
        self.good = self.positions <= self.ends
        self._keep_inside()

    def pass_bytes(self, count: Array | np.int64) -> None:
        self.good &= count <= self.ends - self.positions
        self.positions = self.positions + np.where(self.good, count, 0)

    def pass_counted(self, most: int | None) -> None:
        lengths = self.number()
        self.good &= lengths >= 0
        if most is not None:
            self.good &= lengths <= most
        self.pass_bytes(lengths)

    def number(self) -> Array:
        """The longs at the positions; their bits beyond the 64th are dropped."""
        first = self._bytes[self.positions].astype(np.uint64)
        self.positions = self.positions + 1
        bits = first & np.uint64(0x7F)
        going = np.flatnonzero(first >= 0x80)
        for shift in range(7, 70, 7):
            if not going.size:
                break
            byte = self._bytes[np.minimum(self.positions[going], self._bytes.size - 1)].astype(np.uint64)
            self.positions[going] += 1
            bits[going] |= (byte & np.uint64(0x7F)) << np.uint64(shift)
            going = going[byte >= 0x80]
        self.good[going] = False  # more than ten bytes
        self._keep_inside()
        half = (bits >> np.uint64(1)).astype(np.int64)
        return half ^ -(bits & np.uint64(1)).astype(np.int64)

    def _keep_inside(self) -> None:
        self.good &= self.positions <= self.ends
        self.positions = np.minimum(self.positions, self.ends)
