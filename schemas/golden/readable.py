"""Values of a schema as JSON that a person can read, and back.

A decimal is text with all its digits, a timestamp ISO 8601 in UTC, a date, time or UUID its usual text, bytes are
hexadecimal; everything else is itself. In a union the first branch that is not null stands for the value.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from schemas.serdes.logical import logical_type
from schemas.serdes.named_types import kind_of, named_types
from schemas.serdes.self_contained import Schema

PARSERS: Mapping[str, Callable[[str], Any]] = {
    "decimal": Decimal,
    "uuid": UUID,
    "date": date.fromisoformat,
    "time-millis": time.fromisoformat,
    "time-micros": time.fromisoformat,
}


def readable(value: Any) -> Any:
    """A decoded value as JSON."""
    if isinstance(value, Mapping):
        return {name: readable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [readable(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        zone = "" if value.tzinfo is None else "Z"
        naive = value.replace(tzinfo=None) if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
        return f"{naive.isoformat(timespec='auto')}{zone}"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, date | time | UUID) else value


def from_readable(schema: Schema, value: Any) -> Any:
    """The value that `readable` showed, for a self-contained schema."""
    return _Reader(schema).value(schema, value)


class _Reader:
    """Knows the named types."""

    def __init__(self, schema: Schema) -> None:
        self._named = named_types(schema)

    def value(self, schema: Schema, value: Any) -> Any:
        schema = self._named.get(schema, schema) if isinstance(schema, str) else schema
        if isinstance(schema, list):
            return None if value is None else self.value(branch_of(schema), value)
        name = logical_type(schema)
        if name is not None:
            parse = PARSERS.get(name, datetime.fromisoformat)
            return parse(value)
        kind = kind_of(schema)
        if kind == "record":
            return {field["name"]: self.value(field["type"], value[field["name"]]) for field in schema["fields"]}
        if kind == "array":
            return [self.value(schema["items"], item) for item in value]
        if kind == "map":
            return {key: self.value(schema["values"], inner) for key, inner in value.items()}
        return bytes.fromhex(value) if kind in {"bytes", "fixed"} else value


def branch_of(union: list[Schema]) -> Schema:
    """The branch that stands for a value that is not null."""
    return next((branch for branch in union if branch != "null"), "null")
