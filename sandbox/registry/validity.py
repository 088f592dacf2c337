"""Whether a text is an Avro schema, as strictly as Confluent's registry 8 judges a new one."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.registry.canonical import NAMED, PRIMITIVES, canonical, full_name, identity_of, names_of
from sandbox.registry.refusal import invalid_schema

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
ORDERS = ("ascending", "descending", "ignore")
INT = (-(2**31), 2**31 - 1)
LONG = (-(2**63), 2**63 - 1)


def parsed(text: str, referenced: Sequence[Any] = (), *, strict: bool) -> Any:
    """The parsed JSON of a valid schema.

    Args:
        text: The schema.
        referenced: Parsed JSON of the schemas it refers to, in an order in which each knows its predecessors.
        strict: Also check names and defaults, as is done for new schemas and not at look-up.

    Raises:
        Refusal: 42201.
    """
    try:
        node = json.loads(text, parse_constant=_no_constant)
    except ValueError as error:
        raise invalid_schema(f"no JSON: {error}") from error
    checker = _Checker(strict)
    for schema in referenced:
        checker.check(schema, "")
    checker.check(node, "")
    return node


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


class _Checker:
    def __init__(self, strict: bool) -> None:
        self._strict = strict
        self._defined: dict[str, Any] = {}
        self._namespaces: dict[str, str] = {}

    def check(self, node: Any, namespace: str) -> None:
        if isinstance(node, list):
            self._union(node, namespace)
        elif isinstance(node, str):
            self._known(node, namespace)
        elif isinstance(node, dict) and isinstance(node.get("type"), (str, list, dict)):
            self._object(node, namespace)
        else:
            raise invalid_schema(f"No type: {json.dumps(node)}")

    def _known(self, name: str, namespace: str) -> None:
        if name not in PRIMITIVES and self._find(name, namespace) is None:
            raise invalid_schema(f'"{name}" is not a defined name.')

    def _find(self, name: str, namespace: str) -> Any:
        return self._defined.get(full_name(name, namespace), self._defined.get(name))

    def _object(self, node: Mapping[str, Any], namespace: str) -> None:
        kind = node["type"]
        if isinstance(kind, (list, dict)):
            self.check(kind, namespace)
        elif kind in NAMED:
            self._named(node, namespace)
        elif kind in {"array", "map"}:
            inside = "items" if kind == "array" else "values"
            if inside not in node:
                raise invalid_schema(f"{kind} has no {inside}: {json.dumps(node)}")
            self.check(node[inside], namespace)
        else:
            self._known(kind, namespace)

    def _union(self, branches: Sequence[Any], namespace: str) -> None:
        seen = set()
        for branch in branches:
            self.check(branch, namespace)
            title = self._title(branch, namespace)
            if title == "union":
                raise invalid_schema(f"Nested union: {json.dumps(branches)}")
            if title in seen:
                raise invalid_schema(f"Duplicate in union:{title}")
            seen.add(title)

    def _title(self, branch: Any, namespace: str) -> str:
        if isinstance(branch, list):
            return "union"
        kind = branch if isinstance(branch, str) else branch["type"]
        if isinstance(kind, (list, dict)):
            return self._title(kind, namespace)
        if kind in NAMED:
            return names_of(branch, namespace)[0]
        return kind if kind in PRIMITIVES or kind in {"array", "map"} else full_name(kind, namespace)

    def _named(self, node: Mapping[str, Any], namespace: str) -> None:
        if not isinstance(node.get("name"), str) or not node["name"]:
            raise invalid_schema(f"No name in schema: {json.dumps(node)}")
        name, inner = names_of(node, namespace)
        for part in name.split("."):
            self._name(part)
        earlier = self._defined.get(name)
        self._defined[name], self._namespaces[name] = node, inner
        {"enum": self._enum, "fixed": self._fixed}.get(node["type"], self._record)(node, inner)
        if earlier is not None and identity_of(canonical(earlier)) != identity_of(canonical(node)):
            raise invalid_schema(f"Can't redefine: {name}")

    def _name(self, name: Any) -> None:
        if not isinstance(name, str) or not name:
            raise invalid_schema(f"Invalid name: {name!r}")
        if self._strict and not NAME.match(name):
            raise invalid_schema(f"Illegal character in: {name}")

    def _enum(self, node: Mapping[str, Any], _namespace: str) -> None:
        symbols = node.get("symbols")
        if not isinstance(symbols, list):
            raise invalid_schema(f"Enum has no symbols: {json.dumps(node)}")
        for symbol in symbols:
            self._name(symbol)
        if len(set(symbols)) < len(symbols):
            raise invalid_schema(f"Duplicate enum symbol in {node['name']}")
        if node.get("default") is not None and node["default"] not in symbols:
            raise invalid_schema(f"The Enum Default: {node['default']} is not in the enum symbol set: {symbols}")

    def _fixed(self, node: Mapping[str, Any], _namespace: str) -> None:
        if not isinstance(node.get("size"), int) or isinstance(node["size"], bool) or node["size"] < 0:
            raise invalid_schema(f"Invalid or no size: {json.dumps(node)}")

    def _record(self, node: Mapping[str, Any], namespace: str) -> None:
        if not isinstance(node.get("fields"), list):
            raise invalid_schema(f"Record has no fields: {json.dumps(node)}")
        seen = set()
        for field in node["fields"]:
            if not isinstance(field, dict) or not isinstance(field.get("name"), str):
                raise invalid_schema(f"No field name: {json.dumps(field)}")
            if field["name"] in seen:
                raise invalid_schema(f"Duplicate field {field['name']} in record {node['name']}")
            seen.add(field["name"])
            self._field(field, namespace)

    def _field(self, field: Mapping[str, Any], namespace: str) -> None:
        self._name(field["name"])
        if field.get("type") is None:
            raise invalid_schema(f"No field type: {json.dumps(field)}")
        self.check(field["type"], namespace)
        if str(field.get("order", "ascending")).lower() not in ORDERS:
            raise invalid_schema(f"Invalid order: {field['order']}")
        if self._strict and "default" in field and not self._fits_field(field, namespace):
            raise invalid_schema(f"Invalid default for field {field['name']}: {json.dumps(field['default'])}")

    def _fits_field(self, field: Mapping[str, Any], namespace: str) -> bool:
        default = field["default"]
        if isinstance(default, str) and self._resolved(field["type"], namespace)[0] in {"float", "double"}:
            return _is_float_text(default)
        return self._fits(default, field["type"], namespace)

    def _resolved(self, node: Any, namespace: str) -> tuple[Any, Any, str]:
        """Kind, definition and namespace of a type, through names and wrappers."""
        while True:
            if isinstance(node, list):
                return "union", node, namespace
            if isinstance(node, str):
                if node in PRIMITIVES:
                    return node, node, namespace
                found = self._find(node, namespace)
                return found["type"], found, self._namespaces[names_of(found, namespace)[0]]
            kind = node["type"]
            if kind in ("array", "map"):
                return kind, node, namespace
            if kind in NAMED if isinstance(kind, str) else False:
                return kind, node, names_of(node, namespace)[1]
            node = kind

    def _fits(self, value: Any, node: Any, namespace: str) -> bool:
        kind, definition, inner = self._resolved(node, namespace)
        if kind == "union":
            return any(self._fits(value, branch, inner) for branch in definition)
        if kind == "array":
            return isinstance(value, list) and all(self._fits(item, definition["items"], inner) for item in value)
        if kind == "map":
            return isinstance(value, dict) and all(
                self._fits(item, definition["values"], inner) for item in value.values()
            )
        if kind in {"record", "error"}:
            return isinstance(value, dict) and all(
                self._fits_in_record(value, field, inner) for field in definition["fields"]
            )
        return _fits_scalar(value, kind)

    def _fits_in_record(self, value: Mapping[str, Any], field: Mapping[str, Any], namespace: str) -> bool:
        if field["name"] in value:
            return self._fits(value[field["name"]], field["type"], namespace)
        return "default" in field


def _fits_scalar(value: Any, kind: str) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind in {"int", "long"}:
        low, high = INT if kind == "int" else LONG
        return is_number and isinstance(value, int) and low <= value <= high
    if kind in {"float", "double"}:
        return is_number
    expected = {"null": type(None), "boolean": bool}.get(kind, str)
    return isinstance(value, expected)


def _is_float_text(text: str) -> bool:
    try:
        float(text.replace("Infinity", "inf"))
    except ValueError:
        return False
    return True
