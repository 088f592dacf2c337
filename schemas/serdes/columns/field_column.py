"""One writer's field as a column of a block: its type there, what values are allowed, what becomes of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from schemas.serdes.columns.dtypes import column_type
from schemas.serdes.limits import CHARACTERS
from schemas.serdes.logical import logical_type
from schemas.serdes.named_types import kind_of, names_match
from schemas.serdes.self_contained import Schema

Convert = Callable[[pl.Series], pl.Series]

BLOCK_TYPE: Mapping[str, str] = {
    "int": "long",
    "long": "long",
    "enum": "long",
    "float": "float",
    "double": "double",
    "bytes": "bytes",
    "string": "string",
}
"""How a field stands in the block's schema: whatever polars would cut off or panic at is read as a long and checked."""

TRUE, FALSE = (pl.Series([byte], dtype=pl.Binary) for byte in (b"\1", b"\0"))
"""A boolean as it is written; polars itself takes every byte but 1 for false, and a number may take more bytes."""


class NotSureError(Exception):
    """No column can be trusted to say what the per-record path says: that path must be taken."""


@dataclass(frozen=True)
class FieldColumn:
    """A column of a block.

    Args:
        block_type: Type in the block's schema.
        least: Smallest value allowed, where there are bounds.
        most: Largest value allowed, where there are bounds.
        measure: What the bounds are for; the value itself without it.
        convert: From the block's values, within bounds, to the reader's; null for a value that is not allowed.
    """

    block_type: Schema
    least: Any = None
    most: Any = None
    measure: Convert | None = None
    convert: Convert | None = None

    def all_inside(self, column: pl.Series) -> bool:
        """Whether every value is within the bounds."""
        if self.most is None:
            return True
        measured = column if self.measure is None else self.measure(column)
        low, high = measured.min(), measured.max()
        return low is None or bool(self.least <= low and high <= self.most)

    def inside(self, column: pl.Series) -> pl.Series | None:
        """Which values are within the bounds; None where all are."""
        if self.all_inside(column):
            return None
        measured = column if self.measure is None else self.measure(column)
        return measured.is_between(self.least, self.most).fill_null(value=False)

    def converted(self, column: pl.Series) -> pl.Series:
        """The reader's values."""
        return column if self.convert is None else self.convert(column)


def field_column(writer: Schema, reader: Schema | None, place: tuple[str, str]) -> FieldColumn:
    """The column for a writer's field.

    Args:
        writer: Its type, resolved.
        reader: Type of the reader's field, resolved; None where nobody reads it.
        place: Full name of the reader's record and name of its field.

    Raises:
        NotSureError: unions, nested types, promotions, and all that polars was not shown to read as records are read.
    """
    if reader is None:
        return _structural(writer)
    if kind_of(writer) != kind_of(reader) or logical_type(writer) != logical_type(reader):
        raise NotSureError
    if logical_type(reader) is not None:
        return _logical(writer, reader)
    if kind_of(reader) == "enum":
        return _enum(writer, reader)
    if kind_of(reader) == "fixed" and (writer["size"] != reader["size"] or not names_match(writer, reader)):
        raise NotSureError
    most = CHARACTERS.get(place)
    if kind_of(reader) == "string" and most is not None:
        return FieldColumn("string", 0, most, measure=lambda column: column.str.len_chars())
    return _structural(writer)


def _structural(writer: Schema) -> FieldColumn:
    kind = kind_of(writer)
    if kind == "fixed":
        return FieldColumn({"type": "fixed", "name": writer["name"], "size": writer["size"]})
    if kind == "boolean":
        return FieldColumn(
            {"type": "fixed", "name": "boolean_byte", "size": 1},
            least=1,
            most=1,
            measure=lambda column: ((column == TRUE) | (column == FALSE)).cast(pl.Int8),
            convert=lambda column: column == TRUE,
        )
    if kind not in BLOCK_TYPE:
        raise NotSureError
    if kind == "int":
        return FieldColumn("long", -0x80000000, 0x7FFFFFFF, convert=lambda column: column.cast(pl.Int32))
    if kind == "enum":
        return FieldColumn("long", 0, len(writer["symbols"]) - 1)
    return FieldColumn(BLOCK_TYPE[kind])


def _enum(writer: Schema, reader: Schema) -> FieldColumn:
    if not names_match(writer, reader):
        raise NotSureError
    known = frozenset(reader["symbols"])
    symbols = pl.Series(
        [symbol if symbol in known else reader.get("default") for symbol in writer["symbols"]], dtype=pl.String
    )
    return FieldColumn("long", 0, len(symbols) - 1, convert=symbols.gather)


def _logical(writer: Schema, reader: Schema) -> FieldColumn:
    name, dtype = logical_type(reader), column_type(reader)
    if name == "decimal":
        return _decimal(writer, reader)
    if name == "date":
        epoch = date(1970, 1, 1).toordinal()
        least, most = date.min.toordinal() - epoch, date.max.toordinal() - epoch
        return FieldColumn("long", least, most, convert=lambda column: column.cast(pl.Int32).cast(dtype))
    if name in ("timestamp-millis", "timestamp-micros"):
        unit = 1000 if name == "timestamp-millis" else 1
        first, last = (_microseconds(edge) // unit for edge in (datetime.min, datetime.max))  # noqa: DTZ901 (bounds)
        return FieldColumn("long", first, last, convert=lambda column: column.cast(dtype))
    raise NotSureError


def _decimal(writer: Schema, reader: Schema) -> FieldColumn:
    precision, scale = reader["precision"], reader.get("scale", 0)
    if kind_of(reader) != "bytes" or precision > 38 or scale != writer.get("scale", 0):
        raise NotSureError
    bound = Decimal((0, (9,) * precision, -scale))
    kind = {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}
    return FieldColumn(kind, -bound, bound)


def _microseconds(edge: datetime) -> int:
    passed = edge - datetime(1970, 1, 1)  # noqa: DTZ001 (a bound)
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
