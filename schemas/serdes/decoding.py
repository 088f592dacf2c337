"""Functions that read a writer's bytes as values of a reader schema, put together once per pair of schemas."""

import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from schemas.serdes import wire
from schemas.serdes.defaults import default_maker
from schemas.serdes.limits import CHARACTERS
from schemas.serdes.logical import differs, from_physical, logical_type
from schemas.serdes.named_types import PROMOTIONS, fields_matched, kind_of, named_types, names_match
from schemas.serdes.refusal import Refusal
from schemas.serdes.self_contained import Schema

Read = Callable[[bytes, int], tuple[Any, int]]
"""Takes the bytes and a position; gives the value and the position behind it."""

PRIMITIVE: Mapping[str, Read] = {
    "null": wire.read_null,
    "boolean": wire.read_boolean,
    "int": wire.read_int,
    "long": wire.read_long,
    "float": wire.read_float,
    "double": wire.read_double,
    "bytes": wire.read_bytes,
    "string": wire.read_string,
}

WEIGHTLESS_ITEMS = 1000
"""Items that take no bytes (null) are believed up to here: a count of 2^60 of them would take all memory."""


def compile_reader(writer: Schema, reader: Schema) -> Read:
    """A function that reads what `writer` wrote as a value of `reader`; both self-contained.

    The function raises Refusal for bytes that are no such value.

    Raises:
        Refusal: nothing of this writer can be read, whatever the bytes.
    """
    return _Compiler(writer, reader).compile(writer, reader)


class _Compiler:
    """Keeps the definitions and, for recursive types, what is being put together."""

    def __init__(self, writer: Schema, reader: Schema) -> None:
        self._writers = named_types(writer)
        self._readers = named_types(reader)
        self._records: dict[tuple[str, str], list[Read]] = {}

    def compile(self, writer: Schema, reader: Schema) -> Read:
        writer = self._writers.get(writer, writer) if isinstance(writer, str) else writer
        reader = self._readers.get(reader, reader) if isinstance(reader, str) else reader
        if isinstance(writer, list):
            return self._union(writer, reader)
        if isinstance(reader, list):
            return self._branch(writer, reader)
        if differs(writer, reader):
            raise Refusal(f"written as {_told(writer)}, read as {_told(reader)}")
        read = self._physical(writer, reader)
        convert = from_physical(reader)
        return read if convert is None else _converted(read, convert)

    def _physical(self, writer: Schema, reader: Schema) -> Read:
        kinds = written, wanted = kind_of(writer), kind_of(reader)
        if written != wanted:
            return _promoted(*kinds)
        if written in PRIMITIVE:
            return PRIMITIVE[written]
        if written == "array":
            return _array(self.compile(writer["items"], reader["items"]))
        if written == "map":
            return _map(self.compile(writer["values"], reader["values"]))
        if not names_match(writer, reader):
            raise Refusal(f"{written} {writer['name']} was written, {reader['name']} is read")
        if written == "fixed":
            return _fixed(writer, reader)
        return _enum(writer, reader) if written == "enum" else self._record(writer, reader)

    def _union(self, branches: list[Schema], reader: Schema) -> Read:
        reads: list[Read] = []
        refused = 0
        for branch in branches:
            try:
                reads.append(self.compile(branch, reader))
            except Refusal as refusal:
                reads.append(_refused(refusal.reason))
                refused += 1
        if refused == len(branches):
            raise Refusal(f"written as {_told(branches)}, read as {_told(reader)}")
        return _union(reads)

    def _branch(self, writer: Schema, branches: list[Schema]) -> Read:
        """The branch of the same kind and name first, then the first that the writer's type is promoted to."""
        resolved = [self._readers.get(branch, branch) if isinstance(branch, str) else branch for branch in branches]
        ordered = sorted(resolved, key=lambda branch: kind_of(branch) != kind_of(writer))
        for branch in ordered:
            try:
                return self.compile(writer, branch)
            except Refusal:
                continue
        raise Refusal(f"written as {_told(writer)}, read as {_told(branches)}")

    def _record(self, writer: Schema, reader: Schema) -> Read:
        names = writer["name"], reader["name"]
        if names in self._records:
            return _awaited(self._records[names])
        waiting = self._records.setdefault(names, [])
        try:
            waiting.append(self._fields(writer, reader))
        except Refusal:
            del self._records[names]
            raise
        return waiting[0]

    def _fields(self, writer: Schema, reader: Schema) -> Read:
        matched = fields_matched(writer, reader)
        steps = [self._field(field, matched.get(field["name"]), reader["name"]) for field in writer["fields"]]
        there = {id(field) for field in matched.values()}
        makers = [self._default(field) for field in reader["fields"] if id(field) not in there]
        return _record(steps, makers)

    def _field(self, written: Schema, wanted: Schema | None, record: str) -> tuple[str, str | None, Read]:
        name: str = written["name"]
        try:
            if wanted is None:
                return name, None, _Skipper(self._writers).compile(written["type"], written["type"])
            read = self.compile(written["type"], wanted["type"])
        except Refusal as refusal:
            raise refusal.inside(name) from None
        most = CHARACTERS.get((record, wanted["name"]))
        return name, wanted["name"], read if most is None else _limited(read, most)

    def _default(self, field: Schema) -> tuple[str, Callable[[], Any]]:
        name: str = field["name"]
        if "default" not in field:
            raise Refusal("was not written and has no default").inside(name)
        try:
            return name, default_maker(field["type"], field["default"], self._readers)
        except Refusal as refusal:
            raise refusal.inside(name) from None


class _Skipper(_Compiler):
    """Reads as written, for fields that nobody wants; what their values stand for does not matter."""

    def __init__(self, named: Mapping[str, Schema]) -> None:
        self._writers = self._readers = dict(named)
        self._records = {}

    def compile(self, writer: Schema, reader: Schema) -> Read:
        if isinstance(writer, list):
            return _union([self.compile(branch, branch) for branch in writer])
        if logical_type(writer) is not None:
            return self._physical(writer, writer)
        return super().compile(writer, reader)


def _told(schema: Schema) -> str:
    if isinstance(schema, list):
        return f"[{', '.join(map(_told, schema))}]"
    if isinstance(schema, str):
        return schema
    annotation = ", ".join(f"{key} {schema[key]}" for key in ("logicalType", "precision", "scale") if key in schema)
    return f"{schema.get('name', schema['type'])}" + (f" ({annotation})" if annotation else "")


def _promoted(written: str, wanted: str) -> Read:
    if (written, wanted) not in PROMOTIONS:
        raise Refusal(f"written as {written}, read as {wanted}")
    if wanted == "string":
        return wire.read_string
    if wanted == "bytes":
        return wire.read_bytes
    read = PRIMITIVE[written]
    return _converted(read, float) if wanted in ("float", "double") else read


def _converted(read: Read, convert: Callable[[Any], Any]) -> Read:
    def converted(buffer: bytes, position: int) -> tuple[Any, int]:
        value, position = read(buffer, position)
        return convert(value), position

    return converted


def _limited(read: Read, most: int) -> Read:
    def limited(buffer: bytes, position: int) -> tuple[Any, int]:
        value, position = read(buffer, position)
        if len(value) > most:
            raise Refusal(f"{len(value)} characters, at most {most} are allowed", invalid=True)
        return value, position

    return limited


def _refused(reason: str) -> Read:
    def refuse(buffer: bytes, position: int) -> tuple[Any, int]:  # noqa: ARG001 (one signature for all)
        raise Refusal(reason)

    return refuse


def _awaited(waiting: Sequence[Read]) -> Read:
    """A recursive type's reader, which is there by the time bytes are read."""

    def awaited(buffer: bytes, position: int) -> tuple[Any, int]:
        return waiting[0](buffer, position)

    return awaited


def _union(reads: Sequence[Read]) -> Read:
    def union(buffer: bytes, position: int) -> tuple[Any, int]:
        branch, position = wire.read_long(buffer, position)
        if not 0 <= branch < len(reads):
            raise Refusal(f"branch {branch} of {len(reads)}")
        return reads[branch](buffer, position)

    return union


def _enum(writer: Schema, reader: Schema) -> Read:
    known = frozenset(reader["symbols"])
    symbols = [symbol if symbol in known else reader.get("default") for symbol in writer["symbols"]]

    def enum(buffer: bytes, position: int) -> tuple[Any, int]:
        index, position = wire.read_int(buffer, position)
        if not 0 <= index < len(symbols):
            raise Refusal(f"symbol {index} of {len(symbols)}")
        if symbols[index] is None:
            raise Refusal(f"symbol {writer['symbols'][index]} is not known here and there is no default", invalid=True)
        return symbols[index], position

    return enum


def _fixed(writer: Schema, reader: Schema) -> Read:
    size: int = writer["size"]
    if size != reader["size"]:
        raise Refusal(f"{size} bytes were written, {reader['size']} are read")

    def fixed(buffer: bytes, position: int) -> tuple[Any, int]:
        end = position + size
        if end > len(buffer):
            raise Refusal(f"{size} bytes where {len(buffer) - position} are left")
        return buffer[position:end], end

    return fixed


def _record(steps: Sequence[tuple[str, str | None, Read]], makers: Sequence[tuple[str, Callable[[], Any]]]) -> Read:
    def record(buffer: bytes, position: int) -> tuple[Any, int]:
        values: dict[str, Any] = {}
        written = ""
        try:
            for written, wanted, read in steps:  # noqa: B007 (named by the error)
                value, position = read(buffer, position)
                if wanted is not None:
                    values[wanted] = value
        except Refusal as refusal:
            raise refusal.inside(written) from None
        except (IndexError, struct.error):
            raise Refusal("the bytes end here").inside(written) from None
        except UnicodeDecodeError as error:
            raise Refusal(f"no UTF-8: {error.reason}").inside(written) from None
        for name, make in makers:
            values[name] = make()
        return values, position

    return record


def _count(buffer: bytes, position: int) -> tuple[int, int]:
    count, position = wire.read_long(buffer, position)
    if count < 0:  # then the block's size in bytes follows
        count = -count
        _, position = wire.read_long(buffer, position)
    if count > len(buffer) - position + WEIGHTLESS_ITEMS:
        raise Refusal(f"{count} items where {len(buffer) - position} bytes are left")
    return count, position


def _array(read: Read) -> Read:
    def array(buffer: bytes, position: int) -> tuple[Any, int]:
        items: list[Any] = []
        count, position = _count(buffer, position)
        while count:
            for _ in range(count):
                item, position = read(buffer, position)
                items.append(item)
            count, position = _count(buffer, position)
        return items, position

    return array


def _map(read: Read) -> Read:
    def mapping(buffer: bytes, position: int) -> tuple[Any, int]:
        entries: dict[str, Any] = {}
        count, position = _count(buffer, position)
        while count:
            for _ in range(count):
                key, position = wire.read_string(buffer, position)
                entries[key], position = read(buffer, position)
            count, position = _count(buffer, position)
        return entries, position

    return mapping
