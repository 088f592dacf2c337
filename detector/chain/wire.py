"""Avro's encoding of `fraud.ScreenedTransaction`, for whole batches at once."""
# ruff: noqa: PLR0917 - kernels take tables one by one; objects that hold them do not compile
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

import numpy as np

from detector.windows.avro import BROKEN, gather_field, has_prefix, long_at, walk_rows
from detector.windows.kernel import kernel
from detector.windows.layout import I64, U8
from detector.windows.names import check_names

FIELDS = 4
"""Fields of a payment that are a length and bytes: payment, tags, found, names."""

LONGEST_LONG = 10
"""Bytes of the longest length, count or timestamp."""

TOO_MANY = -2

Field = tuple[U8, I64]
"""One field of all rows: joined bytes, and the end of each row's."""

Fields = tuple[Field, Field, Field, Field]
"""Payment, tags, found, names."""


@kernel
def _put_long(value: int, out: U8, at: int) -> int:
    rest = np.uint64((value << 1) ^ (value >> 63))
    while rest > np.uint64(127):
        out[at] = rest & np.uint64(127) | np.uint64(128)
        rest >>= np.uint64(7)
        at += 1
    out[at] = rest
    return at + 1


@kernel
def _put_field(data: U8, ends: I64, row: int, out: U8, at: int) -> int:
    start = ends[row - 1] if row else 0
    at = _put_long(ends[row] - start, out, at)
    for byte in range(start, ends[row]):
        out[at] = data[byte]
        at += 1
    return at


@kernel
def _put_payment(fields: Fields, row: int, out: U8, at: int) -> int:
    for data, ends in fields:
        at = _put_field(data, ends, row, out, at)
    return at


@kernel
def cut_values(order: I64, homes: I64, sizes: I64, alone: U8, most: int, most_bytes: int, ends: I64) -> int:
    """Cuts rows into values: one partition each, at most so many payments and bytes, some rows in a value of their own.

    Args:
        order: Rows, those of one partition side by side.
        homes: Partition of each row.
        sizes: Bytes of each row.
        alone: Whether a row must not share a value.
        most: Payments of a value.
        most_bytes: Bytes of a value; a larger payment has a value of its own.
        ends: Gets the end in `order` of each value.

    Returns:
        How many values.
    """
    count, first, filled = 0, 0, 0
    for at in range(order.shape[0]):
        row = order[at]
        if at > first:
            before = order[at - 1]
            full = at - first >= most or filled + sizes[row] > most_bytes
            if full or homes[row] != homes[before] or alone[row] or alone[before]:
                ends[count] = at
                count, first, filled = count + 1, at, 0
        filled += sizes[row]
    if order.shape[0]:
        ends[count] = order.shape[0]
        count += 1
    return count


@kernel
def put_values(
    prefix: U8,
    order: I64,
    value_ends: I64,
    fields: Fields,
    times: I64,
    out: U8,
    out_ends: I64,
) -> None:
    """Writes values: the frame's prefix, then one payment in the first fields, or several in the array.

    Args:
        prefix: Frame.
        order: Rows in the order of the values.
        value_ends: End in `order` of each value.
        fields: Of all payments, in their order in the record.
        times: Timestamp of each row's record.
        out: Room for all of it, with `LONGEST_LONG` bytes for each length, count and timestamp.
        out_ends: Gets the end of each value.
    """
    at, first = 0, 0
    for value in range(value_ends.shape[0]):
        for byte in range(prefix.shape[0]):
            out[at] = prefix[byte]
            at += 1
        end = value_ends[value]
        if end - first == 1:
            at = _put_payment(fields, order[first], out, at)
        else:
            for _ in range(FIELDS):
                out[at] = 0
                at += 1
            at = _put_long(end - first, out, at)
            for place in range(first, end):
                row = order[place]
                at = _put_payment(fields, row, out, at)
                at = _put_long(times[row], out, at)
        out[at] = 0  # the array's end
        at += 1
        out_ends[value] = at
        first = end


@kernel
def _fields_at(data: U8, at: int, end: int, bounds: I64, row: int) -> int:
    """Writes start and end of a payment's fields into a row of `bounds`, and says where they end, or BROKEN."""
    for field in range(FIELDS):
        length, at = long_at(data, at, end)
        if at == BROKEN or length < 0 or length > end - at:
            return BROKEN
        bounds[row, 2 * field], bounds[row, 2 * field + 1] = at, at + length
        at += length
    return at


@kernel
def _several_at(data: U8, at: int, end: int, bounds: I64, times: I64, rows: tuple[int, int]) -> int:
    """Writes the payments of an array into rows of `bounds`, and says where they end, or BROKEN."""
    for row in range(rows[0], rows[1]):
        at = _fields_at(data, at, end, bounds, row)
        if at != BROKEN:
            times[row], at = long_at(data, at, end)
        if at == BROKEN:
            return BROKEN
    return at


@kernel
def _payments_of(prefix: U8, data: U8, start: int, end: int, bounds: I64, times: I64, row: int) -> int:
    """Writes a value's payments into `bounds` from `row` on; how many there are, or BROKEN, or TOO_MANY."""
    if row == bounds.shape[0]:
        return TOO_MANY
    at = BROKEN
    if has_prefix(prefix, data, start, end):
        at = _fields_at(data, start + prefix.shape[0], end, bounds, row)
    if at == BROKEN:
        return BROKEN
    empty = at - start - prefix.shape[0] == FIELDS
    times[row] = 0
    count, at = long_at(data, at, end)
    if count == 0 and at == end:
        return 1
    if at == BROKEN or not empty or count < 1 or count > (end - at) // (FIELDS + 1):
        return BROKEN
    if row + count > bounds.shape[0]:
        return TOO_MANY
    at = _several_at(data, at, end, bounds, times, (row, row + count))
    return count if at == end - 1 and data[at] == 0 else BROKEN


@kernel
def split_values(prefix: U8, data: U8, ends: I64, bounds: I64, times: I64, counts: I64) -> int:
    """Finds the payments of all values.

    Args:
        prefix: Frame.
        data: Joined values.
        ends: End of each value.
        bounds: Gets start and end of each field, a row per payment.
        times: Gets the timestamp of each payment; 0 for one that stands alone, whose record has it.
        counts: Gets how many payments each value has, `BROKEN` for another frame or broken bytes; those have no rows.

    Returns:
        How many rows; TOO_MANY where `bounds` has fewer, which one for each byte never is.
    """
    row, start = 0, 0
    for value in range(ends.shape[0]):
        counts[value] = _payments_of(prefix, data, start, ends[value], bounds, times, row)
        if counts[value] == TOO_MANY:
            return TOO_MANY
        row += max(counts[value], 0)
        start = ends[value]
    return row


def compile_wire() -> None:
    """Compiles the kernels above, or loads them from numba's cache."""
    nothing = (np.zeros(0, np.uint8), np.zeros(1, np.int64))
    prefix, out, one, row = np.zeros(5, np.uint8), np.zeros(40, np.uint8), np.ones(1, np.int64), np.zeros(1, np.int64)
    cut_values(row, row, row, np.zeros(1, np.uint8), 1, 1, one)
    put_values(prefix, row, one, (nothing, nothing, nothing, nothing), row, out, one)
    bounds = np.zeros((10, 2 * FIELDS), np.int64)
    split_values(prefix, out, one, bounds, np.zeros(10, np.int64), row)
    check_names(out, bounds, 0, np.zeros(10, np.uint8))
    gather_field(out, bounds, 0, nothing[0], np.zeros(10, np.int64))
    walk_rows(np.zeros((1, 4), np.int64), prefix, out, row, row, bounds, np.zeros((2, 10), np.int64))
