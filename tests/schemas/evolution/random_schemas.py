"""Random schemas, and random changes of them, small enough that two of them often have names in common."""

import copy
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")
NAMES = ("A", "B", "C")
NAMESPACES = ("n", "m")
FIELDS = ("a", "b", "c", "d")
SYMBOLS = ("X", "Y", "Z")

_DEFAULTS: dict[str, Any] = {
    "null": None,
    "boolean": True,
    "int": 1,
    "long": 2,
    "float": 0.5,
    "double": 0.25,
    "bytes": "",
    "string": "s",
}


class Names:
    """Full names that are defined, or are about to be, in one schema."""

    def __init__(self) -> None:
        self.defined: list[str] = []

    def free(self, draw: Callable[[Any], Any]) -> tuple[str, str] | None:
        """A name and a namespace that are not yet taken."""
        left = [(n, s) for n in NAMES for s in NAMESPACES if f"{s}.{n}" not in self.defined]
        if not left:
            return None
        name, space = draw(st.sampled_from(left))
        self.defined.append(f"{space}.{name}")
        return name, space


@st.composite
def schemas(draw: Callable[[Any], Any], depth: int = 3) -> Any:
    """A schema that every parser accepts: names defined before use, no union in a union, defaults that fit."""
    return _type(draw, Names(), depth)


@st.composite
def changed(draw: Callable[[Any], Any], schema: Any) -> Any:
    """The schema with one to three random changes; it may not be valid any more."""
    result = copy.deepcopy(schema)
    for _ in range(draw(st.integers(1, 3))):
        nodes = [node for node in _nodes(result) if isinstance(node, dict | list)]
        if nodes:
            _change(draw, draw(st.sampled_from(nodes)))
    return result


def _type(draw: Callable[[Any], Any], names: Names, depth: int, *, union: bool = True) -> Any:
    kinds = ["primitive", "primitive"]
    if names.defined:
        kinds.append("name")
    if depth > 0:
        kinds += ["record", "record", "enum", "fixed", "array", "map"] + (["union", "union"] if union else [])
    kind = draw(st.sampled_from(kinds))
    if kind == "primitive":
        return draw(st.sampled_from(PRIMITIVES))
    if kind == "name":
        return draw(st.sampled_from(names.defined))
    return _composite(draw, names, depth, kind)


def _composite(draw: Callable[[Any], Any], names: Names, depth: int, kind: str) -> Any:
    if kind in ("array", "map"):
        return {"type": kind, "items" if kind == "array" else "values": _type(draw, names, depth - 1)}
    if kind == "union":
        return _union(draw, names, depth)
    named = names.free(draw)
    return draw(st.sampled_from(PRIMITIVES)) if named is None else _named(draw, names, depth, kind, named)


def _named(draw: Callable[[Any], Any], names: Names, depth: int, kind: str, named: tuple[str, str]) -> Any:
    base: dict[str, Any] = {"type": kind, "name": named[0], "namespace": named[1]}
    aliases = draw(st.lists(st.sampled_from([f"{s}.{n}" for s in NAMESPACES for n in NAMES]), max_size=1))
    if aliases and aliases[0] != f"{named[1]}.{named[0]}":
        base["aliases"] = aliases
    if kind == "fixed":
        return base | {"size": draw(st.integers(1, 2))}
    if kind == "enum":
        symbols = draw(st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=3, unique=True))
        return base | {"symbols": symbols} | ({"default": symbols[0]} if draw(st.booleans()) else {})
    fields = draw(st.lists(st.sampled_from(FIELDS), max_size=3, unique=True))
    return base | {"fields": [_field(draw, names, depth, field) for field in fields]}


def _field(draw: Callable[[Any], Any], names: Names, depth: int, name: str) -> dict[str, Any]:
    field = {"name": name, "type": _type(draw, names, depth - 1)}
    first = field["type"][0] if isinstance(field["type"], list) and field["type"] else field["type"]
    if isinstance(first, str) and first in _DEFAULTS and draw(st.booleans()):
        field["default"] = _DEFAULTS[first]
    if draw(st.integers(0, 5)) == 0:
        alias = draw(st.sampled_from(FIELDS))
        if alias != name:
            field["aliases"] = [alias]
    return field


def _union(draw: Callable[[Any], Any], names: Names, depth: int) -> list[Any]:
    branches: list[Any] = []
    seen: set[str] = set()
    for _ in range(draw(st.integers(1, 3))):
        branch = _type(draw, names, depth - 1, union=False)
        title = _title(branch)
        if title not in seen:
            seen.add(title)
            branches.append(branch)
    return branches


def _title(branch: Any) -> str:
    if isinstance(branch, str):
        return branch
    return f"{branch['namespace']}.{branch['name']}" if "name" in branch else branch["type"]


def _nodes(value: Any) -> list[Any]:
    found = [value]
    if isinstance(value, dict):
        for key in ("items", "values", "fields", "type"):
            if isinstance(value.get(key), dict | list):
                found += _nodes(value[key])
    elif isinstance(value, list):
        for item in value:
            found += _nodes(item)
    return found


def _change(draw: Callable[[Any], Any], node: Any) -> None:
    if isinstance(node, list):
        _change_list(draw, node)
    elif "symbols" in node:
        node["symbols"] = draw(st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=3, unique=True))
        if node.get("default") not in node["symbols"]:
            node.pop("default", None)
    elif "size" in node:
        node["size"] = 3 - node["size"]
    elif "fields" in node:
        node[draw(st.sampled_from(["name", "namespace"]))] = draw(st.sampled_from(NAMES))
    elif "items" in node or "values" in node:
        key = "items" if "items" in node else "values"
        node[key] = draw(st.sampled_from([*PRIMITIVES, ["null", node[key]]]))
    elif "name" in node:
        _change_field(draw, node)


def _change_field(draw: Callable[[Any], Any], field: dict[str, Any]) -> None:
    change = draw(st.sampled_from(["name", "type", "default", "nullable"]))
    if change == "name":
        field["name"] = draw(st.sampled_from(FIELDS))
    elif change == "default" and "default" in field:
        del field["default"]
    elif change == "nullable" and not isinstance(field["type"], list):
        field["type"], field["default"] = ["null", field["type"]], None
    elif change == "type" and isinstance(field["type"], str):
        field["type"] = draw(st.sampled_from(PRIMITIVES))
        field.pop("default", None)


def _change_list(draw: Callable[[Any], Any], items: list[Any]) -> None:
    change = draw(st.sampled_from(["drop", "reverse", "append"]))
    if change == "drop" and items:
        items.pop(draw(st.integers(0, len(items) - 1)))
    elif change == "reverse":
        items.reverse()
    elif items and isinstance(items[0], dict) and set(items[0]) & {"type"} and "name" in items[0]:
        items.append({"name": draw(st.sampled_from(FIELDS)), "type": draw(st.sampled_from(PRIMITIVES))})
    else:
        items.append(draw(st.sampled_from(PRIMITIVES)))
