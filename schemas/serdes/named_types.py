"""Named types of a schema, and which writer's type may be read as which reader's."""

from collections.abc import Iterable
from typing import Any

from schemas.serdes.self_contained import Schema

PROMOTIONS = frozenset(
    {
        ("int", "long"),
        ("int", "float"),
        ("int", "double"),
        ("long", "float"),
        ("long", "double"),
        ("float", "double"),
        ("string", "bytes"),
        ("bytes", "string"),
    }
)
"""Writer's type, reader's type: what Avro reads as another type."""


def kind_of(schema: Schema) -> str:
    """The kind of a type: a primitive's name, `record`, `enum`, `fixed`, `array`, `map` or `union`."""
    if isinstance(schema, list):
        return "union"
    if isinstance(schema, str):
        return schema
    kind: str = schema["type"]
    return "record" if kind == "error" else kind


def named_types(schema: Schema) -> dict[str, Schema]:
    """Definitions in a self-contained schema by full name."""
    found: dict[str, Schema] = {}
    _collect(schema, found)
    return found


def is_deeper(schema: Schema, most: int) -> bool:
    """Whether more than `most` types lie inside each other, a named type that is only named aside."""
    layer: list[Any] = [schema]
    for _ in range(most):
        layer = [inner for outer in layer for inner in _inside(outer)]
    return bool(layer)


def names_match(writer: Schema, reader: Schema) -> bool:
    """Whether a reader's named type is the writer's: the same simple name, or an alias that names it."""
    aliases: Iterable[str] = reader.get("aliases", ())
    return _simple(writer["name"]) == _simple(reader["name"]) or writer["name"] in aliases


def fields_matched(writer: Schema, reader: Schema) -> dict[str, Schema]:
    """The reader's field for each writer's field that one reads: by name first, then by alias."""
    names = {field["name"] for field in writer["fields"]}
    by_name: dict[str, Schema] = {}
    for field in reader["fields"]:
        taken = (name for name in (field["name"], *field.get("aliases", ())) if name in names)
        name = next(taken, None)
        if name is not None and (name not in by_name or name == field["name"]):
            by_name[name] = field
    return by_name


def _simple(name: str) -> str:
    return name.rpartition(".")[2]


def _collect(schema: Any, found: dict[str, Schema]) -> None:
    if isinstance(schema, dict) and "name" in schema:
        found[schema["name"]] = schema
    for inner in _inside(schema):
        _collect(inner, found)


def _inside(schema: Any) -> Iterable[Any]:
    """The branches, field types, items or values of a type."""
    if isinstance(schema, list):
        return schema
    if not isinstance(schema, dict):
        return ()
    fields = [field["type"] for field in schema.get("fields", ())]
    return fields + [schema[inside] for inside in ("items", "values") if inside in schema]
