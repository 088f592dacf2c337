"""Values in joined bytes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detector.windows.layout import I64, U8


class Spans(NamedTuple):
    """Values as pieces of joined bytes, which may hold more."""

    data: U8
    starts: I64
    ends: I64

    @classmethod
    def of(cls, values: Sequence[bytes]) -> "Spans":
        """Values, joined."""
        data, ends = joined(values)
        return cls(data, np.concatenate([np.zeros(1, np.int64), ends[:-1]])[: ends.size], ends)


def joined(values: Sequence[bytes]) -> tuple[U8, I64]:
    """Values one behind the other, and the end of each.

    Raises:
        TypeError: one of them is None.
    """
    data = np.frombuffer(bytearray().join(values), np.uint8)  # of a bytearray: kernels are compiled for writable arrays
    return data, np.cumsum(np.fromiter(map(len, values), np.int64, len(values)), dtype=np.int64)
