"""Columns as the bytes of one field per row."""

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from schemas.serdes.columns.dtypes import column_type
from schemas.serdes.limits import CHARACTERS
from schemas.serdes.logical import logical_type
from schemas.serdes.named_types import kind_of
from schemas.serdes.self_contained import Schema
from schemas.serdes.wire import SMALL, varint

Pieces = Callable[[pl.Series], list[bytes]]
"""The bytes of a column's values, one piece a row; raises NotPlainError where the row path must decide."""

SHORT = 64
"""Texts of fewer bytes have a length of one byte, which is an ASCII character."""

LENGTHS = pl.Series([chr(2 * length) for length in range(SHORT)], dtype=pl.String)

LONGEST_NUMBER = 10
EIGHT_BYTES = 18
"""Digits of a decimal whose unscaled number always fits eight bytes."""


class NotPlainError(Exception):
    """A column holds something that the fast path does not encode; the row path does, or says what is wrong."""


def pieces_of(schema: Schema) -> Pieces | None:
    """How a column of `schema` becomes pieces; None for strings (see `texts`) and types only the row path knows."""
    kind, logical = kind_of(schema), logical_type(schema)
    if logical == "decimal":
        fits = kind == "bytes" and schema["precision"] <= EIGHT_BYTES
        return _decimals(schema["precision"], schema.get("scale", 0)) if fits else None
    if logical in ("timestamp-millis", "timestamp-micros", "date"):
        return _numbers(column_type(schema))
    if logical is not None:
        return None
    if kind in ("int", "long"):
        return _numbers(column_type(schema))
    return _symbols(schema["symbols"]) if kind == "enum" else {"bytes": _byte_strings}.get(kind)


def short_texts(columns: Sequence[pl.Series], places: Sequence[tuple[str, str]]) -> list[bytes]:
    """The pieces of neighbouring string fields as one: put together by polars, lengths included.

    Raises:
        NotPlainError: a text is too long for that, or for the contract, or is null.
    """
    parts: list[pl.Series] = []
    for column, place in zip(columns, places, strict=True):
        _expect(column, pl.String())
        lengths = column.str.len_bytes()
        longest = lengths.max()
        most = CHARACTERS.get(place, SHORT)
        if not isinstance(longest, int) or longest >= SHORT or longest > most:
            raise NotPlainError
        parts += [LENGTHS.gather(lengths).alias(f"{len(parts)}"), column.alias(f"{len(parts) + 1}")]
    joined = pl.DataFrame(parts).select(pl.concat_str(pl.all()).cast(pl.Binary))
    pieces: list[bytes] = joined.to_series().to_list()
    return pieces


def _expect(column: pl.Series, dtype: pl.DataType) -> None:
    if column.dtype != dtype or column.null_count():
        raise NotPlainError


def texts(column: pl.Series, place: tuple[str, str]) -> list[bytes]:
    """The pieces of a string field, of any length that the contract allows.

    Raises:
        NotPlainError: a text is too long for the contract, or null.
    """
    _expect(column, pl.String())
    most, longest = CHARACTERS.get(place), column.str.len_chars().max()
    if most is not None and isinstance(longest, int) and longest > most:
        raise NotPlainError
    return _byte_strings(column.cast(pl.Binary))


def _byte_strings(column: pl.Series) -> list[bytes]:
    _expect(column, pl.Binary())
    return [(SMALL[len(value)] if len(value) < 1024 else varint(len(value))) + value for value in column.to_list()]


def _symbols(symbols: Sequence[str]) -> Pieces:
    encoded = {symbol: varint(position) for position, symbol in enumerate(symbols)}

    def pieces(column: pl.Series) -> list[bytes]:
        _expect(column, pl.String())
        try:
            return [encoded[symbol] for symbol in column.to_list()]
        except KeyError:
            raise NotPlainError from None

    return pieces


def _numbers(dtype: pl.DataType) -> Pieces:
    def pieces(column: pl.Series) -> list[bytes]:
        _expect(column, dtype)
        return numbers(column.to_physical().cast(pl.Int64).to_numpy())

    return pieces


def numbers(values: NDArray[np.int64]) -> list[bytes]:
    """Longs, zigzag and seven bits a byte."""
    rest = ((values << 1) ^ (values >> 63)).astype(np.uint64)
    table = np.empty((values.size, LONGEST_NUMBER), np.uint8)
    lengths = np.ones(values.size, np.int64)
    for place in range(LONGEST_NUMBER):
        table[:, place] = rest & np.uint64(0x7F)
        rest >>= np.uint64(7)
        more = rest > 0
        table[:, place] |= more.astype(np.uint8) << 7
        lengths += more
        if not more.any():
            break
    return _cut(table, lengths)


def _decimals(precision: int, scale: int) -> Pieces:
    bound = 10**precision

    def pieces(column: pl.Series) -> list[bytes]:
        if not isinstance(column.dtype, pl.Decimal) or column.dtype.scale != scale or column.null_count():
            raise NotPlainError
        try:
            unscaled = column.to_physical().cast(pl.Int64).to_numpy()
        except pl.exceptions.InvalidOperationError:
            raise NotPlainError from None
        if unscaled.size and not -bound < int(unscaled.min()) <= int(unscaled.max()) < bound:
            raise NotPlainError
        return _unscaled(unscaled)

    return pieces


def _unscaled(values: NDArray[np.int64]) -> list[bytes]:
    """Two's complement in as few bytes as hold it, big end first, behind its length."""
    magnitude = np.where(values < 0, ~values, values)
    lengths = np.ones(values.size, np.int64)
    for bits in range(7, 63, 8):
        lengths += magnitude >> bits > 0
    table = np.zeros((values.size, 9), np.uint8)
    table[:, 0] = 2 * lengths
    left_aligned = values << (8 * (8 - lengths))
    table[:, 1:] = left_aligned.astype(">i8").view(np.uint8).reshape(values.size, 8)
    return _cut(table, lengths + 1)


def _cut(table: NDArray[np.uint8], lengths: NDArray[np.int64]) -> list[bytes]:
    """The first bytes of each row."""
    width = table.shape[1]
    flat = table.tobytes()
    starts = range(0, len(flat), width)
    return [flat[start : start + length] for start, length in zip(starts, lengths.tolist(), strict=True)]
