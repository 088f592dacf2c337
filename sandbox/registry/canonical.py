"""The canonical text of a schema, as Avro Java prints it: what comes back from the registry, and what identifies."""

import json
import re
from collections.abc import Mapping
from typing import Any

PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
NAMED = frozenset({"record", "error", "enum", "fixed"})
STRUCTURE = frozenset(
    {"type", "name", "namespace", "doc", "fields", "aliases", "symbols", "size", "items", "values", "default"}
)
FIELD_STRUCTURE = frozenset({"name", "type", "doc", "default", "order", "aliases"})
SURROGATES = re.compile("[\ud800-\udfff]")


def full_name(name: str, namespace: str) -> str:
    """`name` in full, seen from `namespace`."""
    return name if "." in name or not namespace else f"{namespace}.{name}"


def names_of(node: Mapping[str, Any], namespace: str) -> tuple[str, str]:
    """Full name and namespace that a definition gives to itself and to what it encloses."""
    name = node["name"]
    if "." not in name:
        name = full_name(name, node.get("namespace", namespace) or "")
    return name, name.rpartition(".")[0]


def canonical(node: Any, *, normalize: bool = False) -> Any:
    """A valid schema as Avro Java would print it: attributes in order, primitive types and names as short as can be.

    Args:
        node: Parsed JSON of a valid schema; referenced names stay names.
        normalize: Also sort custom properties and write numeric defaults in their type's form.
    """
    return _Printer(normalize).print(node, "")


def text_of(value: Any) -> str:
    """JSON without spaces."""
    return json.dumps(value, ensure_ascii=bool(SURROGATES.search(str(value))), separators=(",", ":"))


def identity_of(value: Any) -> str:
    """JSON that is equal for equal schemas: custom properties count, their order does not."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


class _Printer:
    def __init__(self, normalize: bool) -> None:
        self._normalize = normalize
        self._defined: set[str] = set()

    def print(self, node: Any, namespace: str) -> Any:
        if isinstance(node, list):
            return [self.print(branch, namespace) for branch in node]
        if isinstance(node, str):
            return self._reference(node, namespace)
        kind = node["type"]
        if isinstance(kind, (list, dict)):
            return self.print(kind, namespace)
        if kind in NAMED:
            return self._named(node, namespace)
        if kind in {"array", "map"}:
            inside = "items" if kind == "array" else "values"
            return {"type": kind, inside: self.print(node[inside], namespace), **self._custom(node)}
        custom = self._custom(node) if kind in PRIMITIVES else {}
        return {"type": kind, **custom} if custom else self._reference(kind, namespace)

    def _reference(self, name: str, namespace: str) -> str:
        if name in PRIMITIVES:
            return name
        return _short(full_name(name, namespace), namespace)

    def _named(self, node: Mapping[str, Any], namespace: str) -> Any:
        name, inner = names_of(node, namespace)
        if name in self._defined:
            return _short(name, namespace)
        self._defined.add(name)
        printed: dict[str, Any] = {"type": node["type"], "name": name.rpartition(".")[2]}
        if inner != namespace:
            printed["namespace"] = inner
        if node.get("doc") is not None:
            printed["doc"] = node["doc"]
        printed |= self._body(node, inner)
        printed |= self._custom(node, also=frozenset() if node["type"] == "enum" else frozenset({"default"}))
        if node.get("aliases"):
            printed["aliases"] = [_short(full_name(alias, inner), inner) for alias in node["aliases"]]
        return printed

    def _body(self, node: Mapping[str, Any], namespace: str) -> dict[str, Any]:
        if node["type"] == "enum":
            default = {"default": node["default"]} if node.get("default") is not None else {}
            return {"symbols": node["symbols"], **default}
        if node["type"] == "fixed":
            return {"size": node["size"]}
        return {"fields": [self._field(field, namespace) for field in node["fields"]]}

    def _field(self, field: Mapping[str, Any], namespace: str) -> dict[str, Any]:
        printed = {"name": field["name"], "type": self.print(field["type"], namespace)}
        if field.get("doc") is not None:
            printed["doc"] = field["doc"]
        if "default" in field:
            printed["default"] = _default(field["default"], printed["type"]) if self._normalize else field["default"]
        if field.get("order", "ascending").lower() != "ascending":
            printed["order"] = field["order"].lower()
        if field.get("aliases"):
            printed["aliases"] = field["aliases"]
        return printed | self._sorted({key: field[key] for key in field if key not in FIELD_STRUCTURE})

    def _custom(self, node: Mapping[str, Any], also: frozenset[str] = frozenset()) -> dict[str, Any]:
        structure = STRUCTURE - also - (frozenset({"default"}) if node["type"] not in NAMED else frozenset())
        return self._sorted({key: node[key] for key in node if key not in structure})

    def _sorted(self, custom: dict[str, Any]) -> dict[str, Any]:
        return dict(sorted(custom.items())) if self._normalize else custom


def _short(name: str, namespace: str) -> str:
    space, _, simple = name.rpartition(".")
    return simple if space == namespace and simple not in PRIMITIVES else name


def _default(value: Any, printed: Any) -> Any:
    kind = printed.get("type") if isinstance(printed, dict) else printed
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and kind in {"float", "double"} else value
