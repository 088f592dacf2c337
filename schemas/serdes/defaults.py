"""Defaults of reader fields, from the schema's JSON to values, a new one for every record."""

from collections.abc import Callable, Mapping
from typing import Any

from schemas.serdes.logical import from_physical
from schemas.serdes.refusal import Refusal, shown
from schemas.serdes.self_contained import Schema

Named = Mapping[str, Schema]
"""Definitions of named types by full name."""


def default_maker(schema: Schema, default: Any, named: Named) -> Callable[[], Any]:
    """A function that gives the default's value; containers are new each time, so that no record shares one.

    Raises:
        Refusal: the default is no value of the schema.
    """
    value = default_value(schema, default, named)
    if isinstance(value, (list, dict)):
        return lambda: default_value(schema, default, named)
    return lambda: value


def default_value(schema: Schema, default: Any, named: Named) -> Any:
    """The value that a default in JSON stands for; logical types converted at any depth.

    Raises:
        Refusal: the default is no value of the schema.
    """
    if isinstance(schema, list):
        return _of_union(schema, default, named)
    kind = schema if isinstance(schema, str) else schema["type"]
    if isinstance(schema, str) and schema in named:
        return default_value(named[schema], default, named)
    if kind == "record":
        return _of_record(schema, default, named)
    if kind == "array":
        return [default_value(schema["items"], item, named) for item in _typed(default, list)]
    if kind == "map":
        return {key: default_value(schema["values"], item, named) for key, item in _typed(default, dict).items()}
    physical = _scalar(kind, schema, default)
    convert = from_physical(schema)
    return convert(physical) if convert else physical


def _of_union(branches: list[Schema], default: Any, named: Named) -> Any:
    # Up to Avro 1.11 a union's default is of its first branch; since 1.12 of any.
    for branch in branches:
        try:
            return default_value(branch, default, named)
        except Refusal:
            continue
    raise Refusal(f"default {shown(default)} fits no branch")


def _of_record(schema: Mapping[str, Any], default: Any, named: Named) -> dict[str, Any]:
    given = _typed(default, dict)
    record = {}
    for field in schema["fields"]:
        name = field["name"]
        if name not in given and "default" not in field:
            raise Refusal(f"default {shown(default)} leaves out {name}")
        record[name] = default_value(field["type"], given[name] if name in given else field["default"], named)
    return record


def _scalar(kind: str, schema: Schema, default: Any) -> Any:
    if kind == "null":
        return _typed(default, type(None))
    if kind == "boolean":
        return _typed(default, bool)
    if kind in ("int", "long"):
        bits = 31 if kind == "int" else 63
        if type(default) is int and -(1 << bits) <= default < 1 << bits:
            return default
        raise Refusal(f"default {shown(default)} is no {kind}")
    if kind in ("float", "double"):
        return _number(default)
    if kind in ("bytes", "fixed"):
        return _bytes(default, schema["size"] if kind == "fixed" else None)
    text = _typed(default, str)
    if kind == "enum" and text not in schema["symbols"]:
        raise Refusal(f"default {shown(default)} is no symbol")
    return text


def _number(default: Any) -> float:
    if type(default) in (int, float):
        return float(default)
    if default in ("NaN", "Infinity", "-Infinity"):  # Java writes them so; JSON has no numbers for them
        return float(default)
    raise Refusal(f"default {shown(default)} is no number")


def _bytes(default: Any, size: int | None) -> bytes:
    try:
        value: bytes = _typed(default, str).encode("latin-1")
    except UnicodeEncodeError:
        raise Refusal(f"default {shown(default)} holds more than bytes") from None
    if size is not None and len(value) != size:
        raise Refusal(f"default {shown(default)} is not {size} bytes long")
    return value


def _typed(default: Any, kind: type) -> Any:
    if type(default) is not kind:
        raise Refusal(f"default {shown(default)} is no {kind.__name__}")
    return default
