"""Column types of a reader schema."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from schemas.serdes.logical import logical_type
from schemas.serdes.self_contained import Schema

PRIMITIVE: Mapping[str, pl.DataType] = {
    "null": pl.Null(),
    "boolean": pl.Boolean(),
    "int": pl.Int32(),
    "long": pl.Int64(),
    "float": pl.Float32(),
    "double": pl.Float64(),
    "bytes": pl.Binary(),
    "string": pl.String(),
    "fixed": pl.Binary(),
    "enum": pl.String(),
}

LOGICAL: Mapping[tuple[str, str], pl.DataType] = {
    ("long", "timestamp-millis"): pl.Datetime("ms", "UTC"),
    ("long", "timestamp-micros"): pl.Datetime("us", "UTC"),
    ("int", "date"): pl.Date(),
}


def column_types(schema: Schema) -> dict[str, pl.DataType]:
    """Type of each column of a record schema; nested and ambiguous types are columns of Python objects."""
    return {field["name"]: column_type(field["type"]) for field in schema["fields"]}


def column_type(schema: Schema) -> pl.DataType:
    """Type of the column that holds values of `schema`."""
    if isinstance(schema, list):
        branches = [branch for branch in schema if branch != "null"]
        return column_type(branches[0]) if len(branches) == 1 else pl.Object()
    if isinstance(schema, str):
        return PRIMITIVE.get(schema, pl.Object())
    return _annotated(schema)


def _annotated(schema: Mapping[str, Any]) -> pl.DataType:
    kind, logical = schema["type"], logical_type(schema)
    if not isinstance(kind, str):
        return pl.Object()
    if logical == "decimal":
        return pl.Decimal(schema["precision"], schema.get("scale", 0))
    if logical is None or (kind, logical) in LOGICAL:
        return LOGICAL.get((kind, logical or ""), PRIMITIVE.get(kind, pl.Object()))
    return pl.Object()
