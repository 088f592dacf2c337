"""Whether two texts are the same schema, however a registry chose to write it down."""

import json
from collections.abc import Mapping
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
NAMED = frozenset({"record", "error", "enum", "fixed"})


def same_schema(one: str, other: str) -> bool:
    """Whether both texts parse to the same JSON once names are full.

    Docs, aliases, defaults and properties count: a registry that drops them holds another schema. White space, the
    order of JSON keys and names relative to the namespace do not (Confluent hands names back relative).
    """
    if one == other:
        return True
    try:
        return with_full_names(json.loads(one)) == with_full_names(json.loads(other))
    except ValueError:
        return False


def with_full_names(schema: Json, namespace: str = "") -> Json:
    """The schema with every name and alias of a named type full, and a lone `{"type": T}` as T."""
    if isinstance(schema, str):
        return schema if schema in PRIMITIVES else _full(schema, namespace)
    if isinstance(schema, list):
        return [with_full_names(branch, namespace) for branch in schema]
    if not isinstance(schema, dict):
        return schema
    kind = schema.get("type")
    if kind in NAMED:
        return _named(schema, namespace)
    if set(schema) == {"type"}:
        return with_full_names(kind, namespace)
    inner = {"array": "items", "map": "values"}.get(kind if isinstance(kind, str) else "", "type")
    return {key: with_full_names(value, namespace) if key == inner else value for key, value in schema.items()}


def _named(schema: Mapping[str, Json], outer: str) -> Json:
    own = schema.get("namespace", outer)
    name = _full(str(schema.get("name")), str(own))
    namespace = name.rpartition(".")[0]
    result = {key: value for key, value in schema.items() if key != "namespace"}
    result["name"] = name
    if isinstance(aliases := schema.get("aliases"), list):
        result["aliases"] = [_full(str(alias), namespace) for alias in aliases]
    if isinstance(fields := schema.get("fields"), list):
        result["fields"] = [_field(field, namespace) for field in fields]
    return result


def _field(field: Json, namespace: str) -> Json:
    if not isinstance(field, dict):
        return field
    return {key: with_full_names(value, namespace) if key == "type" else value for key, value in field.items()}


def _full(name: str, namespace: str) -> str:
    return name if "." in name or not namespace else f"{namespace}.{name}"
