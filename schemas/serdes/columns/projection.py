"""From a writer's columns to the pinned reader's: which schemas can take that path, and how."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from schemas.serdes.columns.block import BrokenBlockError
from schemas.serdes.columns.dtypes import column_type
from schemas.serdes.defaults import default_value
from schemas.serdes.limits import CHARACTERS
from schemas.serdes.logical import PHYSICAL, logical_type
from schemas.serdes.named_types import fields_matched, kind_of, named_types, names_match
from schemas.serdes.refusal import Refusal
from schemas.serdes.self_contained import Schema

Convert = Callable[[pl.Series], pl.Series]
"""From a column as the block has it to the reader's column; raises BrokenBlockError for a value not allowed."""

TRUE, FALSE = -1, 0
"""Byte 1 and byte 0 read as a number; polars itself takes every other byte for false."""

BLOCK_TYPE: Mapping[str, str] = {
    "boolean": "long",
    "int": "long",
    "long": "long",
    "enum": "long",
    "float": "float",
    "double": "double",
    "bytes": "bytes",
    "string": "string",
}
"""How a field stands in the block's schema: whatever polars would cut off or panic at is read as a long and checked."""


@dataclass(frozen=True)
class Projection:
    """How the columns of one writer schema become the pinned reader's.

    Args:
        block_types: Types of the writer's fields in the block.
        checks: What each writer's column goes through; None for columns that need nothing.
        sources: For each reader's column its name and the writer's column, or the literal that stands for it.
    """

    block_types: tuple[Schema, ...]
    checks: tuple[Convert | None, ...]
    sources: tuple[tuple[str, int | pl.Series], ...]

    def apply(self, columns: Sequence[pl.Series], count: int) -> pl.DataFrame:
        """The reader's columns.

        Raises:
            BrokenBlockError: a value is outside the contract.
        """
        checked = [
            column if check is None else check(column) for column, check in zip(columns, self.checks, strict=True)
        ]
        return pl.DataFrame(
            [
                (checked[source] if isinstance(source, int) else source.new_from_index(0, count)).alias(name)
                for name, source in self.sources
            ]
        )


def projection(writer: Schema, reader: Schema) -> Projection | None:
    """The projection of a writer's record to a reader's; None where only the per-record path is sure.

    Sure are flat fields without unions: what polars was shown to refuse or to read as the per-record path does.
    """
    writers, readers = named_types(writer), named_types(reader)
    matched = fields_matched(writer, reader)
    position_of = {
        id(matched[field["name"]]): at for at, field in enumerate(writer["fields"]) if field["name"] in matched
    }
    try:
        plans = [
            _plan(field["type"], matched.get(field["name"]), writers, readers, reader["name"])
            for field in writer["fields"]
        ]
        sources = tuple(
            (field["name"], position_of[id(field)] if id(field) in position_of else _literal(field, readers))
            for field in reader["fields"]
        )
    except (_NotSureError, Refusal):
        return None
    return Projection(tuple(kind for kind, _ in plans), tuple(check for _, check in plans), sources)


class _NotSureError(Exception):
    """The per-record path must decide."""


def _literal(field: Schema, named: Mapping[str, Schema]) -> pl.Series:
    if "default" not in field:
        raise _NotSureError
    kind = _resolved(field["type"], named)
    dtype = column_type(kind)
    if dtype in (pl.Object, pl.Null) or dtype.is_nested():
        raise _NotSureError
    return pl.Series([default_value(kind, field["default"], named)], dtype=dtype)


def _resolved(schema: Schema, named: Mapping[str, Schema]) -> Schema:
    return named.get(schema, schema) if isinstance(schema, str) else schema


def _plan(
    written: Schema, wanted: Schema | None, writers: Mapping[str, Schema], readers: Mapping[str, Schema], record: str
) -> tuple[Schema, Convert | None]:
    """Type in the block and check of one writer's field."""
    writer = _resolved(written, writers)
    if wanted is None:
        return _block_type(writer, None), _structural(writer)
    reader = _resolved(wanted["type"], readers)
    if kind_of(writer) != kind_of(reader) or logical_type(writer) != logical_type(reader):
        raise _NotSureError
    if logical_type(reader) is not None:
        return _logical(writer, reader)
    if kind_of(reader) == "enum":
        return "long", _enum(writer, reader)
    if kind_of(reader) == "string" and (most := CHARACTERS.get((record, wanted["name"]))) is not None:
        return "string", _characters(most)
    return _block_type(writer, reader), _structural(writer)


def _block_type(writer: Schema, reader: Schema | None) -> Schema:
    kind = kind_of(writer)
    if kind == "fixed":
        if reader is not None and (writer["size"] != reader["size"] or not names_match(writer, reader)):
            raise _NotSureError
        return {"type": "fixed", "name": writer["name"], "size": writer["size"]}
    if kind not in BLOCK_TYPE:
        raise _NotSureError
    return BLOCK_TYPE[kind]


def _logical(writer: Schema, reader: Schema) -> tuple[Schema, Convert]:
    name = logical_type(reader)
    if name == "decimal":
        if kind_of(reader) != "bytes" or reader["precision"] > 38 or writer.get("scale", 0) != reader.get("scale", 0):
            raise _NotSureError
        return {
            "type": "bytes",
            "logicalType": "decimal",
            "precision": reader["precision"],
            "scale": reader.get("scale", 0),
        }, _decimal(reader["precision"], reader.get("scale", 0))
    if name in ("timestamp-millis", "timestamp-micros", "date"):
        return "long", _instant(column_type(reader), 1 if name == "date" else 0)
    raise _NotSureError


def _structural(writer: Schema) -> Convert | None:
    kind = kind_of(writer)
    if kind == "boolean":
        return _boolean
    if kind == "int":
        return _int
    if kind == "enum":
        return _within(0, len(writer["symbols"]) - 1)
    if logical_type(writer) is not None and kind not in PHYSICAL[str(logical_type(writer))]:
        raise _NotSureError
    return None


def _outside(column: pl.Series, least: Any, most: Any) -> bool:
    low, high = column.min(), column.max()
    return low is not None and (low < least or high > most)


def _within(least: int, most: int) -> Convert:
    def check(column: pl.Series) -> pl.Series:
        if _outside(column, least, most):
            raise BrokenBlockError
        return column

    return check


def _int(column: pl.Series) -> pl.Series:
    if _outside(column, -0x80000000, 0x7FFFFFFF):
        raise BrokenBlockError
    return column.cast(pl.Int32)


def _boolean(column: pl.Series) -> pl.Series:
    if _outside(column, TRUE, FALSE):
        raise BrokenBlockError
    return column == TRUE


def _enum(writer: Schema, reader: Schema) -> Convert:
    if not names_match(writer, reader):
        raise _NotSureError
    known = frozenset(reader["symbols"])
    symbols = pl.Series(
        [symbol if symbol in known else reader.get("default") for symbol in writer["symbols"]], dtype=pl.String
    )

    def convert(column: pl.Series) -> pl.Series:
        if _outside(column, 0, len(symbols) - 1):
            raise BrokenBlockError
        read = symbols.gather(column)
        if read.null_count():
            raise BrokenBlockError
        return read

    return convert


def _characters(most: int) -> Convert:
    def check(column: pl.Series) -> pl.Series:
        if _outside(column.str.len_chars(), 0, most):
            raise BrokenBlockError
        return column

    return check


def _decimal(precision: int, scale: int) -> Convert:
    bound = Decimal((0, (9,) * precision, -scale))

    def convert(column: pl.Series) -> pl.Series:
        if _outside(column, -bound, bound):
            raise BrokenBlockError
        return column

    return convert


def _instant(dtype: pl.DataType, days: int) -> Convert:
    if days:
        least, most = (edge.toordinal() - date(1970, 1, 1).toordinal() for edge in (date.min, date.max))
    else:
        unit = 1000 if dtype == pl.Datetime("ms", "UTC") else 1
        least, most = (_microseconds(edge) // unit for edge in (datetime.min, datetime.max))  # noqa: DTZ901 (a bound)

    def convert(column: pl.Series) -> pl.Series:
        if _outside(column, least, most):
            raise BrokenBlockError
        return (column.cast(pl.Int32) if days else column).cast(dtype)

    return convert


def _microseconds(edge: datetime) -> int:
    passed = edge - datetime(1970, 1, 1)  # noqa: DTZ001 (a bound)
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
