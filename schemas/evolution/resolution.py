"""Avro's own rule on who can read what, after Avro Java's `SchemaCompatibility`.

Named types match by their simple name or by one of the reader's aliases, qualified; numbers and bytes are promoted; a
reader's enum default stands in for unknown symbols. It is what a registry checks, and no more than that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from schemas.evolution.loader import SchemaSource, load
from schemas.evolution.model import PRIMITIVES, AvroField, AvroType, Pointer
from schemas.evolution.stackless import Steps, run

PROMOTIONS: Final[Mapping[str, frozenset[str]]] = {
    "long": frozenset({"int"}),
    "float": frozenset({"int", "long"}),
    "double": frozenset({"int", "long", "float"}),
    "bytes": frozenset({"string"}),
    "string": frozenset({"bytes"}),
}
"""Reader's kind to the writer's kinds it reads beside its own."""


class IncompatibilityKind(StrEnum):
    """Why a reader cannot read what a writer wrote, in the words of Avro and of the registry's answers."""

    NAME_MISMATCH = "NAME_MISMATCH"
    FIXED_SIZE_MISMATCH = "FIXED_SIZE_MISMATCH"
    MISSING_ENUM_SYMBOLS = "MISSING_ENUM_SYMBOLS"
    READER_FIELD_MISSING_DEFAULT_VALUE = "READER_FIELD_MISSING_DEFAULT_VALUE"
    TYPE_MISMATCH = "TYPE_MISMATCH"
    MISSING_UNION_BRANCH = "MISSING_UNION_BRANCH"
    READER_FIELD_AMBIGUOUS = "READER_FIELD_AMBIGUOUS"
    """More than one field of the writer answers to the reader's field and its aliases: Avro Java throws."""


@dataclass(frozen=True, slots=True)
class Incompatibility:
    """One place where the reader cannot read the writer.

    Args:
        reader_pointer: Place in the reader's text. A type that lies in a reference has the pointer within that text.
        writer_pointer: Place in the writer's text, as far as there is one.
        message: What does not fit, as a sentence.
        detail: The name, size, symbols or type in question, as the registry's `additionalInfo` has it.
    """

    kind: IncompatibilityKind
    reader_pointer: Pointer
    writer_pointer: Pointer
    message: str
    detail: str = ""

    @property
    def location(self) -> str:
        """The place in the reader as a path in the registry's style, `/fields/0/type`."""
        return "/" + "/".join(str(step) for step in self.reader_pointer)


Found: TypeAlias = tuple[Incompatibility, ...]


def incompatibilities(reader: SchemaSource, writer: SchemaSource) -> Found:
    """Every reason why data written with `writer` cannot be read with `reader`; none if all of it can.

    Raises:
        SchemaTextError: one of them is a text that is not JSON.
    """
    return Resolver().incompatibilities(load(reader).root, load(writer).root)


class Resolver:
    """Resolves pairs of types and remembers each by identity, so that recursive types end and shared ones cost once."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int], Found | None] = {}

    def incompatibilities(self, reader: AvroType, writer: AvroType) -> Found:
        """Every reason why `reader` cannot read `writer`."""
        return run(self._pair(reader, writer))

    def reads(self, reader: AvroType, writer: AvroType) -> bool:
        """Whether `reader` can read all that `writer` may write."""
        if reader.kind in PRIMITIVES and writer.kind in PRIMITIVES:
            return reader.kind == writer.kind or writer.kind in PROMOTIONS.get(reader.kind, ())
        return not self.incompatibilities(reader, writer)

    def _pair(self, reader: AvroType, writer: AvroType) -> Steps[Found]:
        if reader.kind == writer.kind and reader.kind in PRIMITIVES:
            return ()
        key = (id(reader), id(writer))
        if key in self._found:
            # None: the pair is being resolved further up, and counts as fitting until that says otherwise.
            return self._found[key] or ()
        self._found[key] = None
        found: Found = yield self._resolve(reader, writer)
        self._found[key] = found
        return found

    def _resolve(self, reader: AvroType, writer: AvroType) -> Steps[Found]:
        found: Found
        if writer.kind == "union":
            found = yield self._writer_union(reader, writer)
        elif reader.kind == "union":
            found = yield self._reader_union(reader, writer)
        elif reader.kind != writer.kind:
            found = _promotion(reader, writer)
        elif reader.element is not None and writer.element is not None:
            found = yield self._pair(reader.element, writer.element)
        else:
            found = _names(reader, writer)
            if reader.kind == "record":
                found += yield self._fields(reader, writer)
        return found

    def _writer_union(self, reader: AvroType, writer: AvroType) -> Steps[Found]:
        found: Found = ()
        for branch in writer.branches:
            missing = yield self._pair(reader, branch)
            if missing and reader.kind == "union":
                missing = (_missing_branch(reader, branch),)
            found += missing
        return found

    def _reader_union(self, reader: AvroType, writer: AvroType) -> Steps[Found]:
        for branch in reader.branches:
            if not (yield self._pair(branch, writer)):
                return ()
        return (_missing_branch(reader, writer),)

    def _fields(self, reader: AvroType, writer: AvroType) -> Steps[Found]:
        found: Found = ()
        for field in reader.fields:
            matches = writer_fields(field, writer)
            if len(matches) > 1:
                found += (_ambiguous(field, writer, matches),)
            elif matches:
                if field.type.kind != matches[0].type.kind or field.type.kind not in PRIMITIVES:
                    found += yield self._pair(field.type, matches[0].type)
            elif not field.has_default:
                found += (_missing_default(field, reader, writer),)
        return found


def writer_fields(field: AvroField, writer: AvroType) -> list[AvroField]:
    """The fields of record `writer` that answer to a reader's `field`: by its name, then by its aliases."""
    if not field.aliases:
        match = writer.field(field.name)
        return [match] if match is not None else []
    matches = (writer.field(name) for name in (field.name, *field.aliases))
    return [match for match in matches if match is not None]


def same_name(reader: AvroType, writer: AvroType) -> bool:
    """Whether a reader's named type answers to the writer's: same simple name, or a qualified alias."""
    return reader.short_name == writer.short_name or writer.name in reader.aliases


def _names(reader: AvroType, writer: AvroType) -> Found:
    found: Found = ()
    if not same_name(reader, writer):
        message = f"{reader.title} is not {writer.title}, and has no alias of that name"
        found += (_incompatible(IncompatibilityKind.NAME_MISMATCH, reader, writer, message, detail=writer.name),)
    if reader.kind == "fixed" and reader.size != writer.size:
        message = f"{reader.title} has {reader.size} bytes, not the {writer.size} that were written"
        found += (
            _incompatible(
                IncompatibilityKind.FIXED_SIZE_MISMATCH, reader, writer, message, detail=str(writer.size), part="size"
            ),
        )
    if reader.kind == "enum" and reader.default_symbol is None:
        missing = [symbol for symbol in writer.symbols if symbol not in reader.symbols]
        if missing:
            message = f"{reader.title} lacks {', '.join(missing)} and has no default"
            kind = IncompatibilityKind.MISSING_ENUM_SYMBOLS
            found += (_incompatible(kind, reader, writer, message, detail=", ".join(missing), part="symbols"),)
    return found


def _promotion(reader: AvroType, writer: AvroType) -> Found:
    if writer.kind in PROMOTIONS.get(reader.kind, ()):
        return ()
    message = f"{reader.title} cannot be read from {writer.title}"
    return (_incompatible(IncompatibilityKind.TYPE_MISMATCH, reader, writer, message, detail=writer.kind),)


def _missing_branch(reader: AvroType, branch: AvroType) -> Incompatibility:
    message = f"the union has no branch that reads {branch.title}"
    return _incompatible(IncompatibilityKind.MISSING_UNION_BRANCH, reader, branch, message, detail=branch.title)


def _ambiguous(field: AvroField, writer: AvroType, matches: list[AvroField]) -> Incompatibility:
    names = ", ".join(match.name for match in matches)
    message = f"field {field.name} and its aliases match several fields of {writer.title}: {names}"
    kind = IncompatibilityKind.READER_FIELD_AMBIGUOUS
    return Incompatibility(kind, field.pointer, writer.pointer, message, field.name)


def _missing_default(field: AvroField, reader: AvroType, writer: AvroType) -> Incompatibility:
    message = f"field {field.name} of {reader.title} has no default, and {writer.title} has no such field"
    kind = IncompatibilityKind.READER_FIELD_MISSING_DEFAULT_VALUE
    return Incompatibility(kind, field.pointer, writer.pointer, message, field.name)


def _incompatible(
    kind: IncompatibilityKind, reader: AvroType, writer: AvroType, message: str, *, detail: str, part: str = ""
) -> Incompatibility:
    where = (part,) if part else ()
    return Incompatibility(kind, (*reader.pointer, *where), (*writer.pointer, *where), message, detail)
