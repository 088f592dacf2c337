"""Functions that write values of a schema, strictly, put together once per schema."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from schemas.serdes.limits import CHARACTERS
from schemas.serdes.logical import to_physical
from schemas.serdes.named_types import kind_of, named_types
from schemas.serdes.refusal import Refusal, shown
from schemas.serdes.self_contained import Schema
from schemas.serdes.wire import DOUBLE, FLOAT, SMALL, put_length, varint

Write = Callable[[Any, bytearray], None]
"""Appends a value's bytes; raises Refusal for a value that is not exactly of the schema."""


def compile_writer(schema: Schema) -> Write:
    """A function that writes values of a self-contained schema."""
    return _Compiler(schema).compile(schema)


def compile_fields(schema: Schema, names: Sequence[str]) -> Write:
    """A function that writes only the named fields of a record schema, in the schema's order."""
    compiler = _Compiler(schema)
    compiler.compile(schema)  # types defined in a field left out may be named by a later one
    return compiler.record({**schema, "fields": [field for field in schema["fields"] if field["name"] in names]})


class _Compiler:
    """Keeps the definitions and, for recursive types, what is being put together."""

    def __init__(self, schema: Schema) -> None:
        self._named = named_types(schema)
        self._records: dict[str, list[Write]] = {}

    def compile(self, schema: Schema) -> Write:
        if isinstance(schema, str) and schema in self._named:
            schema = self._named[schema]
        if isinstance(schema, list):
            return _union([self.compile(branch) for branch in schema], schema)
        write = self._physical(schema)
        convert = to_physical(schema)
        return write if convert is None else _converted(write, convert)

    def _physical(self, schema: Schema) -> Write:
        kind = kind_of(schema)
        if kind in PRIMITIVE:
            return PRIMITIVE[kind]
        if kind == "fixed":
            return _fixed(schema["size"])
        if kind == "enum":
            return _enum(schema["symbols"])
        if kind == "array":
            write = self.compile(schema["items"])
            return _strings if write is _string else _array(write)
        if kind == "map":
            return _map(self.compile(schema["values"]))
        return self._recursive(schema)

    def _recursive(self, schema: Schema) -> Write:
        if schema["name"] in self._records:
            waiting = self._records[schema["name"]]

            def awaited(value: Any, out: bytearray) -> None:
                waiting[0](value, out)

            return awaited
        waiting = self._records.setdefault(schema["name"], [])
        waiting.append(self.record(schema))
        return waiting[0]

    def record(self, schema: Schema) -> Write:
        fields = [(field["name"], self.field(schema["name"], field)) for field in schema["fields"]]
        return _record(fields)

    def field(self, record: str, field: Schema) -> Write:
        write = self.compile(field["type"])
        most = CHARACTERS.get((record, field["name"]))
        return write if most is None else _limited(write, most)


def _boolean(value: Any, out: bytearray) -> None:
    if type(value) is not bool:
        raise Refusal(f"{shown(value)} is no bool")
    out.append(value)


def _int(value: Any, out: bytearray) -> None:
    if type(value) is not int or not -0x80000000 <= value <= 0x7FFFFFFF:
        raise Refusal(f"{shown(value)} is no int of 32 bits")
    out += SMALL[value] if 0 <= value < 1024 else varint(value)


def _long(value: Any, out: bytearray) -> None:
    if type(value) is not int or not -(1 << 63) <= value < 1 << 63:
        raise Refusal(f"{shown(value)} is no int of 64 bits")
    out += SMALL[value] if 0 <= value < 1024 else varint(value)


def _float(value: Any, out: bytearray) -> None:
    try:
        out += FLOAT.pack(_number(value))
    except OverflowError:
        raise Refusal(f"{shown(value)} is beyond a float of 32 bits") from None


def _double(value: Any, out: bytearray) -> None:
    out += DOUBLE.pack(_number(value))


def _number(value: Any) -> float:
    if type(value) is float:
        return value
    raise Refusal(f"{shown(value)} is no float")


def _bytes(value: Any, out: bytearray) -> None:
    if not isinstance(value, (bytes, bytearray)):
        raise Refusal(f"{shown(value)} is no bytes")
    put_length(len(value), out)
    out += value


def _string(value: Any, out: bytearray) -> None:
    if not isinstance(value, str):
        raise Refusal(f"{shown(value)} is no str")
    try:
        encoded = value.encode()
    except UnicodeEncodeError:
        raise Refusal(f"{shown(value)} has half a surrogate pair, which UTF-8 cannot hold") from None
    put_length(len(encoded), out)
    out += encoded


def _null(value: Any, out: bytearray) -> None:  # noqa: ARG001 (one signature for all)
    if value is not None:
        raise Refusal(f"{shown(value)} is not None")


PRIMITIVE: Mapping[str, Write] = {
    "null": _null,
    "boolean": _boolean,
    "int": _int,
    "long": _long,
    "float": _float,
    "double": _double,
    "bytes": _bytes,
    "string": _string,
}


def _converted(write: Write, convert: Callable[[Any], Any]) -> Write:
    def converted(value: Any, out: bytearray) -> None:
        write(convert(value), out)

    return converted


def _limited(write: Write, most: int) -> Write:
    def limited(value: Any, out: bytearray) -> None:
        if isinstance(value, str) and len(value) > most:
            raise Refusal(f"{len(value)} characters, at most {most} are allowed")
        write(value, out)

    return limited


def _fixed(size: int) -> Write:
    def fixed(value: Any, out: bytearray) -> None:
        if not isinstance(value, (bytes, bytearray)) or len(value) != size:
            raise Refusal(f"{shown(value)} is not {size} bytes")
        out += value

    return fixed


def _enum(symbols: Sequence[str]) -> Write:
    encoded = {symbol: varint(position) for position, symbol in enumerate(symbols)}

    def enum(value: Any, out: bytearray) -> None:
        if type(value) is not str or value not in encoded:
            raise Refusal(f"{shown(value)} is none of {', '.join(symbols)}")
        out += encoded[value]

    return enum


def _union(writes: Sequence[Write], branches: Sequence[Schema]) -> Write:
    names = ", ".join(kind_of(branch) for branch in branches)

    def union(value: Any, out: bytearray) -> None:
        start = len(out)
        for position, write in enumerate(writes):
            out += SMALL[position]
            try:
                write(value, out)
            except Refusal:
                del out[start:]
            else:
                return
        raise Refusal(f"{shown(value)} is none of {names}")

    return union


def _array(write: Write) -> Write:
    def array(value: Any, out: bytearray) -> None:
        if not isinstance(value, (list, tuple)):
            raise Refusal(f"{shown(value)} is no list")
        if value:
            put_length(len(value), out)
            for position, item in enumerate(value):
                try:
                    write(item, out)
                except Refusal as refusal:
                    raise refusal.inside(f"[{position}]") from None
        out.append(0)

    return array


def _strings(value: Any, out: bytearray) -> None:
    """An array of strings, without a call per item; what is refused is refused item by item, which names it."""
    try:
        encoded = [item.encode() for item in value] if type(value) in {list, tuple} else None
    except (AttributeError, UnicodeEncodeError):
        encoded = None
    if encoded is None:
        _array(_string)(value, out)
        return
    if encoded:
        put_length(len(encoded), out)
        for item in encoded:
            out += SMALL[len(item)] if len(item) < 1024 else varint(len(item))
            out += item
    out.append(0)


def _map(write: Write) -> Write:
    def mapping(value: Any, out: bytearray) -> None:
        if type(value) is not dict and not isinstance(value, Mapping):
            raise Refusal(f"{shown(value)} is no mapping")
        if value:
            put_length(len(value), out)
            for key, item in value.items():
                try:
                    _string(key, out)
                    write(item, out)
                except Refusal as refusal:
                    raise refusal.inside(str(key)) from None
        out.append(0)

    return mapping


def _record(fields: Sequence[tuple[str, Write]]) -> Write:
    names = frozenset(name for name, _ in fields)

    def record(value: Any, out: bytearray) -> None:
        if type(value) is not dict and not isinstance(value, Mapping):
            raise Refusal(f"{shown(value)} is no mapping")
        if len(value) != len(fields) or not names.issuperset(value):
            unknown = sorted(str(key) for key in value if key not in names)
            missing = [name for name, _ in fields if name not in value]
            raise Refusal(f"unknown field {unknown[0]!r}" if unknown else f"field {missing[0]!r} is missing")
        name = ""
        try:
            for name, write in fields:
                write(value[name], out)
        except Refusal as refusal:
            raise refusal.inside(name) from None

    return record
