"""What a reader must see of a record, told without any decoder. Pure."""

from collections.abc import Mapping
from typing import Any

from schemas.golden.readable import branch_of, from_readable
from schemas.serdes.named_types import kind_of, named_types
from schemas.serdes.self_contained import Schema


def expected(value: Any, writer: Schema, reader: Schema) -> Any:
    """A readable value of `writer` as a pinned `reader` must see it: shared fields as written, the rest by default.

    Args:
        value: In the form of `schemas.golden.readable`.
        writer: Self-contained schema that wrote.
        reader: Self-contained schema that reads.

    Returns:
        The decoded value: decimals as `Decimal`, timestamps as `datetime`.
    """
    return from_readable(reader, _Projection(writer, reader).value(value, writer, reader))


class _Projection:
    """Knows the named types of both sides."""

    def __init__(self, writer: Schema, reader: Schema) -> None:
        self._writers, self._readers = named_types(writer), named_types(reader)

    def value(self, value: Any, writer: Schema, reader: Schema) -> Any:
        writer = self._writers.get(writer, writer) if isinstance(writer, str) else writer
        reader = self._readers.get(reader, reader) if isinstance(reader, str) else reader
        if value is None:
            return None
        if isinstance(writer, list) or isinstance(reader, list):
            return self.value(value, *(branch_of(one) if isinstance(one, list) else one for one in (writer, reader)))
        kind = kind_of(reader)
        if kind == "record":
            return self._record(value, writer, reader)
        if kind == "enum" and value not in reader["symbols"]:
            return reader["default"]
        return self._elements(value, writer, reader) if kind in {"array", "map"} else value

    def _elements(self, value: Any, writer: Schema, reader: Schema) -> Any:
        if isinstance(value, Mapping):
            return {key: self.value(inner, writer["values"], reader["values"]) for key, inner in value.items()}
        return [self.value(item, writer["items"], reader["items"]) for item in value]

    def _record(self, value: Mapping[str, Any], writer: Schema, reader: Schema) -> dict[str, Any]:
        written = {field["name"]: field for field in writer["fields"]}
        seen: dict[str, Any] = {}
        for field in reader["fields"]:
            names = [name for name in (field["name"], *field.get("aliases", ())) if name in written]
            if names:
                seen[field["name"]] = self.value(value[names[0]], written[names[0]]["type"], field["type"])
            else:
                seen[field["name"]] = self._default(field["type"], field["default"])
        return seen

    def _default(self, schema: Schema, default: Any) -> Any:
        schema = self._readers.get(schema, schema) if isinstance(schema, str) else schema
        kind = kind_of(schema)
        return default.encode("latin-1").hex() if kind in {"bytes", "fixed"} else default
