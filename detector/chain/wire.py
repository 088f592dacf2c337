"""Avro's encoding of `fraud.ScreenedTransaction`, four fields with a length each, for whole batches at once."""
# ruff: noqa: PLR0917 - kernels take tables one by one; objects that hold them do not compile
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

import numpy as np

from detector.windows.kernel import kernel
from detector.windows.layout import I64, U8
from detector.windows.names import check_names

FIELDS = 4
LONGEST_LENGTH = 10
"""Bytes of the longest length."""


@kernel
def _put_length(length: int, out: U8, at: int) -> int:
    rest = length << 1
    while rest > 127:
        out[at] = rest & 127 | 128
        rest >>= 7
        at += 1
    out[at] = rest
    return at + 1


@kernel
def _put_field(data: U8, ends: I64, row: int, out: U8, at: int) -> int:
    start = ends[row - 1] if row else 0
    at = _put_length(ends[row] - start, out, at)
    for byte in range(start, ends[row]):
        out[at] = data[byte]
        at += 1
    return at


@kernel
def put_values(
    prefix: U8,
    payments: tuple[U8, I64],
    tags: tuple[U8, I64],
    found: tuple[U8, I64],
    names: tuple[U8, I64],
    out: U8,
    out_ends: I64,
) -> None:
    """Writes one value per row: the frame's prefix, then each field behind its length.

    Args:
        prefix: Frame.
        payments: Joined bytes, and the end of each row's.
        tags: The same.
        found: The same.
        names: The same.
        out: Room for all of it, with `LONGEST_LENGTH` bytes for each length.
        out_ends: Gets the end of each value.
    """
    at = 0
    for row in range(out_ends.shape[0]):
        for byte in range(prefix.shape[0]):
            out[at] = prefix[byte]
            at += 1
        at = _put_field(payments[0], payments[1], row, out, at)
        at = _put_field(tags[0], tags[1], row, out, at)
        at = _put_field(found[0], found[1], row, out, at)
        at = _put_field(names[0], names[1], row, out, at)
        out_ends[row] = at


@kernel
def _split_one(prefix: U8, data: U8, start: int, end: int, bounds: I64, row: int) -> bool:
    size = prefix.shape[0]
    if end - start < size:
        return False
    for byte in range(size):
        if data[start + byte] != prefix[byte]:
            return False
    at = start + size
    for field in range(bounds.shape[1] // 2):
        length, shift = 0, 0
        while at < end and data[at] > 127 and shift < 28:
            length |= (data[at] & 127) << shift
            shift += 7
            at += 1
        if at >= end or data[at] > 127:
            return False
        length |= data[at] << shift
        at += 1
        if length & 1 or at + (length >> 1) > end:  # an odd one is negative
            return False
        bounds[row, 2 * field], bounds[row, 2 * field + 1] = at, at + (length >> 1)
        at += length >> 1
    return at == end


@kernel
def split_values(prefix: U8, data: U8, ends: I64, bounds: I64, sound: U8) -> None:
    """Writes start and end of each field into a row of `bounds`; `sound` 0: another frame, or broken."""
    start = 0
    for row in range(ends.shape[0]):
        sound[row] = _split_one(prefix, data, start, ends[row], bounds, row)
        start = ends[row]


@kernel
def gather_field(data: U8, bounds: I64, field: int, into: U8, into_ends: I64) -> None:
    """Copies one field of all rows, one after the other."""
    filled = 0
    for row in range(bounds.shape[0]):
        for byte in range(bounds[row, 2 * field], bounds[row, 2 * field + 1]):
            into[filled] = data[byte]
            filled += 1
        into_ends[row] = filled


def compile_wire() -> None:
    """Compiles the kernels above, or loads them from numba's cache."""
    nothing = (np.zeros(0, np.uint8), np.zeros(1, np.int64))
    prefix, out, ends = np.zeros(5, np.uint8), np.zeros(40, np.uint8), np.zeros(1, np.int64)
    put_values(prefix, nothing, nothing, nothing, nothing, out, ends)
    bounds, sound = np.zeros((1, 2 * FIELDS), np.int64), np.zeros(1, np.uint8)
    split_values(prefix, out, ends, bounds, sound)
    check_names(out, bounds, 0, sound)
    gather_field(out, bounds, 0, nothing[0], ends)
