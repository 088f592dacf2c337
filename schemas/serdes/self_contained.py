"""Schemas with every named type defined inside: references put in, names made full."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from schemas.errors import ContractError

PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})

Schema = Any
"""A schema as parsed JSON: a name, an object, or a list of branches."""


def self_contained(text: str, referenced: Iterable[str] = ()) -> Schema:
    """The schema of `text` with full names, and each referenced type defined where it is first used.

    Args:
        text: Avro schema as JSON.
        referenced: Texts of the schemas that `text` refers to, directly or through each other.

    Raises:
        ContractError: a text is no JSON, or no Avro.
    """
    try:
        definitions = {full_name(schema): schema for schema in map(json.loads, referenced)}
        return _inlined(json.loads(text), "", definitions, set())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContractError(f"An Avro schema cannot be read: {error!r}; the text begins {text[:80]!r}.") from error


def full_name(schema: Schema, namespace: str = "") -> str:
    """Full name of a named type; the kind of any other type."""
    if isinstance(schema, str):
        return schema
    if isinstance(schema, list):
        return "union"
    if "name" not in schema:
        return str(schema["type"])
    name: str = schema["name"]
    if "." in name:
        return name
    space = schema.get("namespace", namespace)
    return f"{space}.{name}" if space else name


def _inlined(schema: Schema, namespace: str, definitions: Mapping[str, Schema], seen: set[str]) -> Schema:
    if isinstance(schema, str):
        return _resolved(schema, namespace, definitions, seen)
    if isinstance(schema, list):
        return [_inlined(branch, namespace, definitions, seen) for branch in schema]
    kind = schema["type"]
    if kind in ("record", "error", "enum", "fixed"):
        return _named(schema, namespace, definitions, seen)
    inside = {"array": "items", "map": "values"}.get(kind if isinstance(kind, str) else "", "type")
    inner = _inlined(schema[inside], namespace, definitions, seen)
    if inside == "type" and isinstance(inner, (dict, list)):
        return {**inner, **_rest(schema)} if isinstance(inner, dict) else inner
    return {**schema, inside: inner}


def _rest(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "type"}


def _named(schema: Schema, namespace: str, definitions: Mapping[str, Schema], seen: set[str]) -> Schema:
    name = full_name(schema, namespace)
    space = name.rpartition(".")[0]
    seen.add(name)
    named = {key: value for key, value in schema.items() if key != "namespace"} | {"name": name}
    if "aliases" in schema:
        named["aliases"] = [alias if "." in alias or not space else f"{space}.{alias}" for alias in schema["aliases"]]
    if "fields" in schema:
        named["fields"] = [
            {**field, "type": _inlined(field["type"], space, definitions, seen)} for field in schema["fields"]
        ]
    return named


def _resolved(name: str, namespace: str, definitions: Mapping[str, Schema], seen: set[str]) -> Schema:
    if name in PRIMITIVES:
        return name
    full = name if "." in name or not namespace else f"{namespace}.{name}"
    if full in seen or full not in definitions:
        return full
    return _inlined(definitions[full], "", definitions, seen)
