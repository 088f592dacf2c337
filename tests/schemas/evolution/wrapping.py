"""Puts a record at other depths: in records, items, values, unions, a recursive record, a reference."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from schemas.evolution import SchemaSource, load

Wrap = Callable[[Mapping[str, Any]], SchemaSource]


def _record(name: str, field_type: Any, **more: Any) -> dict[str, Any]:
    field = {"name": "held", "type": field_type, "doc": "What it holds."} | more
    return {"type": "record", "name": name, "namespace": "wrapping", "fields": [field]}


def _full_name(record: Mapping[str, Any]) -> str:
    return f"{record['namespace']}.{record['name']}" if record.get("namespace") else record["name"]


def _recursive(record: Mapping[str, Any]) -> SchemaSource:
    link = {"name": "link", "type": ["null", "wrapping.Node"], "default": None, "doc": "The next one."}
    node = _record("Node", record)
    return node | {"fields": [link, *node["fields"]]}


def _used_twice(record: Mapping[str, Any]) -> SchemaSource:
    node = _record("Pair", record)
    again = {"name": "again", "type": _full_name(record), "doc": "The same type once more."}
    return node | {"fields": [*node["fields"], again]}


WRAPPINGS: Final[Mapping[str, Wrap]] = {
    "alone": lambda record: record,
    "record": lambda record: _record("Outer", record),
    "records": lambda record: _record("Outer", _record("Middle", _record("Inner", record))),
    "items": lambda record: _record("Outer", {"type": "array", "items": record}),
    "values": lambda record: _record("Outer", {"type": "map", "values": record}),
    "nullable": lambda record: _record("Outer", ["null", record], default=None),
    "branch": lambda record: _record("Outer", ["null", "string", record], default=None),
    "items of values": lambda record: _record("Outer", {"type": "map", "values": {"type": "array", "items": record}}),
    "nullable items": lambda record: _record("Outer", {"type": "array", "items": ["null", record]}),
    "recursive": _recursive,
    "used twice": _used_twice,
    "root array": lambda record: {"type": "array", "items": record},
    "root map": lambda record: {"type": "map", "values": record},
    "root union": lambda record: ["null", record],
    "reference": lambda record: load(_record("Outer", _full_name(record)), [record]),
    "nullable reference": lambda record: load(_record("Outer", ["null", _full_name(record)], default=None), [record]),
}
"""A record in each of the places where a type may stand."""
