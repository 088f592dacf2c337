"""Values in joined bytes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detector.windows.avro import gather_field
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


def gathered(data: U8, bounds: I64, field: int) -> tuple[U8, I64]:
    """One field of all rows, one behind the other, and the end of each row's.

    Args:
        data: Joined bytes.
        bounds: Start and end of each field, a row per record.
        field: Number of the field.
    """
    sizes = bounds[:, 2 * field + 1] - bounds[:, 2 * field]
    into, ends = np.empty(int(sizes.sum()), np.uint8), np.empty(bounds.shape[0], np.int64)
    gather_field(data, bounds, field, into, ends)
    return into, ends
