"""Avro's numbers and frames in joined bytes."""
# ruff: noqa: PLR0917 - kernels take tables one by one; objects that hold them do not compile
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

import numpy as np

from detector.windows.kernel import kernel
from detector.windows.layout import I64, U8

BROKEN = -1

TEXT, DECIMAL, NUMBER = range(3)
"""Kinds of fields: a length and bytes, a length and an unscaled number, a number (also the index of an enum)."""

W_KIND, W_SLOT, W_LEAST, W_MOST = range(4)
"""Words of a field's walk: its kind, the column it goes to or -1, and bounds of its number, or of its length."""

LONGEST_DECIMAL, LONGEST_NUMBER = 8, 9
"""Bytes of what fits 64 bits without a doubt."""


@kernel
def long_at(data: U8, at: int, end: int) -> tuple[int, int]:
    """A long and where it ends; BROKEN as the end where there is none."""
    raw, shift = np.uint64(0), np.uint64(0)
    while at < end and shift < np.uint64(70):
        raw |= (np.uint64(data[at]) & np.uint64(127)) << shift
        shift += np.uint64(7)
        at += 1
        if data[at - 1] < 128:
            return np.int64(raw >> np.uint64(1)) ^ -np.int64(raw & np.uint64(1)), at  # type: ignore[return-value]  # signed, for the sign decides
    return 0, BROKEN


@kernel
def has_prefix(prefix: U8, data: U8, start: int, end: int) -> bool:
    """Whether the bytes begin with a frame."""
    fits = end - start >= prefix.shape[0]
    for byte in range(prefix.shape[0] if fits else 0):
        fits = fits and data[start + byte] == prefix[byte]
    return fits


@kernel
def _unscaled(data: U8, at: int, end: int) -> int:
    """A big-endian number in two's complement, of 1 to 8 bytes."""
    value = int(data[at]) - (256 if data[at] > 127 else 0)
    for byte in range(at + 1, end):
        value = value << 8 | int(data[byte])
    return value


@kernel
def _end_of(kind: int, data: U8, at: int, end: int, length: int) -> int:
    """Where bytes of some length end; BROKEN where they leave the record, or are no ASCII or no short decimal."""
    if length < 0 or length > end - at:
        return BROKEN
    if kind == DECIMAL:
        return at + length if 0 < length <= LONGEST_DECIMAL else BROKEN
    bits = 0
    for byte in range(at, at + length):
        bits |= int(data[byte])
    return at + length if bits < 128 else BROKEN


@kernel
def _keep(walk: I64, field: int, span: tuple[int, int], value: int, bounds: I64, numbers: I64, row: int) -> None:
    slot = walk[field, W_SLOT]
    if slot < 0:
        return
    if walk[field, W_KIND] == TEXT:
        bounds[row, 2 * slot], bounds[row, 2 * slot + 1] = span
    else:
        numbers[slot, row] = value


@kernel
def _walk_field(walk: I64, field: int, data: U8, span: tuple[int, int], bounds: I64, numbers: I64, row: int) -> int:
    """Where a field ends; BROKEN where it is not as plain as can be."""
    start, end = span
    value, at = long_at(data, start, end)
    if at == BROKEN or at - start > LONGEST_NUMBER:
        return BROKEN
    kind, stop = walk[field, W_KIND], at
    if kind != NUMBER:
        stop = _end_of(kind, data, at, end, value)
        if stop == BROKEN:
            return BROKEN
    if kind == DECIMAL:
        value = _unscaled(data, at, stop)
    if value < walk[field, W_LEAST] or value > walk[field, W_MOST]:
        return BROKEN
    _keep(walk, field, (at, stop), value, bounds, numbers, row)
    return stop


@kernel
def walk_rows(walk: I64, prefix: U8, data: U8, starts: I64, ends: I64, bounds: I64, numbers: I64) -> int:
    """Finds the fields of records that are as plain as can be: ASCII texts, numbers of 64 bits, all within bounds.

    Args:
        walk: A row of W_* words per field, in the order in which they were written.
        prefix: Frame of all records.
        data: Joined bytes.
        starts: Start of each record's frame.
        ends: End of each record.
        bounds: Gets start and end of the texts, a row per record, two words per slot.
        numbers: Gets the numbers, a row per slot.

    Returns:
        How many records are plain, up to the first that is not.
    """
    for row in range(starts.shape[0]):
        if not has_prefix(prefix, data, starts[row], ends[row]):
            return row
        at = starts[row] + prefix.shape[0]
        for field in range(walk.shape[0]):
            at = _walk_field(walk, field, data, (at, ends[row]), bounds, numbers, row)
            if at == BROKEN:
                return row
        if at != ends[row]:
            return row
    return starts.shape[0]


@kernel
def gather_field(data: U8, bounds: I64, field: int, into: U8, into_ends: I64) -> None:
    """Copies one field of all rows, one after the other."""
    filled = 0
    for row in range(bounds.shape[0]):
        for byte in range(bounds[row, 2 * field], bounds[row, 2 * field + 1]):
            into[filled] = data[byte]
            filled += 1
        into_ends[row] = filled
