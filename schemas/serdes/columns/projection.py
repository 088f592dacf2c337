"""From a writer's columns to the pinned reader's: which schemas can take that path, and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from schemas.serdes.columns.block import BrokenBlockError
from schemas.serdes.columns.dtypes import column_type
from schemas.serdes.columns.field_column import FieldColumn, NotSureError, field_column
from schemas.serdes.defaults import default_value
from schemas.serdes.named_types import fields_matched, named_types
from schemas.serdes.refusal import Refusal
from schemas.serdes.self_contained import Schema


@dataclass(frozen=True)
class Projection:
    """How the columns of one writer schema become the pinned reader's.

    Args:
        columns: One for each of the writer's fields.
        sources: For each of the reader's fields its name, and the position of the writer's column or the one value that
            stands for a field that was not written.
    """

    columns: tuple[FieldColumn, ...]
    sources: tuple[tuple[str, int | pl.Series], ...]

    @property
    def block_types(self) -> tuple[Schema, ...]:
        """Types of the block's columns."""
        return tuple(column.block_type for column in self.columns)

    def apply(self, columns: Sequence[pl.Series], count: int) -> pl.DataFrame:
        """The reader's columns.

        Raises:
            BrokenBlockError: a value is outside the contract; which one is not known.
        """
        converted = []
        for plan, column in zip(self.columns, columns, strict=True):
            if not plan.all_inside(column):
                raise BrokenBlockError
            converted.append(plan.converted(column))
            if converted[-1].null_count():
                raise BrokenBlockError
        return self._frame(converted, count)

    def apply_where_valid(self, columns: Sequence[pl.Series], count: int) -> tuple[pl.DataFrame, NDArray[np.bool_]]:
        """The reader's columns of the rows whose values are within the contract, and which rows those are.

        Args:
            columns: As for `apply`, strings as bytes.
            count: Rows.
        """
        decoded = [_text(plan, column) for plan, column in zip(self.columns, columns, strict=True)]
        valid = np.ones(count, np.bool_)
        for plan, column in zip(self.columns, decoded, strict=True):
            inside = plan.inside(column)
            if inside is not None:
                valid &= inside.to_numpy()
        valid &= _without_null(decoded, count)
        if not valid.all():
            decoded = [column.filter(pl.Series(valid)) for column in decoded]
        converted = [plan.converted(column) for plan, column in zip(self.columns, decoded, strict=True)]
        known = _without_null(converted, int(valid.sum()))
        valid[valid] = known
        return self._frame(converted, len(known)).filter(pl.Series(known)), valid

    def _frame(self, converted: Sequence[pl.Series], count: int) -> pl.DataFrame:
        return pl.DataFrame(
            [
                (converted[source] if isinstance(source, int) else source.new_from_index(0, count)).alias(name)
                for name, source in self.sources
            ]
        )


def projection(writer: Schema, reader: Schema) -> Projection | None:
    """The projection of a writer's record to a reader's; None where only the per-record path is sure.

    Sure are flat fields without unions: what polars was shown to refuse or to read as the per-record path does.
    """
    writers, readers = named_types(writer), named_types(reader)
    matched = fields_matched(writer, reader)
    columns, position_of = [], {}
    try:
        for position, field in enumerate(writer["fields"]):
            wanted = matched.get(field["name"])
            name = field["name"] if wanted is None else wanted["name"]
            position_of[name if wanted is not None else None] = position
            kind = None if wanted is None else _resolved(wanted["type"], readers)
            columns.append(field_column(_resolved(field["type"], writers), kind, (reader["name"], name)))
        sources = tuple(
            (field["name"], position_of[field["name"]] if field["name"] in position_of else _literal(field, readers))
            for field in reader["fields"]
        )
    except (NotSureError, Refusal):
        return None
    return Projection(tuple(columns), sources)


def _without_null(columns: Sequence[pl.Series], count: int) -> NDArray[np.bool_]:
    """Rows without a null; a field of a block has none, so a null is a value that is not allowed."""
    without = np.ones(count, np.bool_)
    for column in columns:
        if column.null_count():
            without &= column.is_not_null().to_numpy()
    return without


def _text(plan: FieldColumn, column: pl.Series) -> pl.Series:
    """Bytes of a string field as text, null where they are no UTF-8."""
    if plan.block_type != "string":
        return column
    try:
        return column.cast(pl.String)
    except pl.exceptions.ComputeError:  # polars gives up on the whole column, even where asked to be lenient
        return pl.Series(column.name, [_decoded(value) for value in column], dtype=pl.String)


def _decoded(value: bytes) -> str | None:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def _literal(field: Schema, named: Mapping[str, Schema]) -> pl.Series:
    if "default" not in field:
        raise NotSureError
    kind = _resolved(field["type"], named)
    dtype = column_type(kind)
    if dtype in (pl.Object, pl.Null) or dtype.is_nested():
        raise NotSureError
    return pl.Series([default_value(kind, field["default"], named)], dtype=dtype)


def _resolved(schema: Schema, named: Mapping[str, Schema]) -> Schema:
    return named.get(schema, schema) if isinstance(schema, str) else schema
