"""Types that cannot be read as each other, and names of types."""

from typing import Final

from schemas.evolution.finding import Severity
from schemas.evolution.model import NAMED, UNKNOWN, AvroType
from schemas.evolution.reading import TypeReading
from schemas.evolution.resolution import PROMOTIONS, same_name
from schemas.evolution.rule import Remark, Remarks, Rule, Scope


def _changed(reading: TypeReading) -> Remarks:
    reader, writer = reading.reader.type, reading.writer.type
    if reader.kind == writer.kind or writer.kind in PROMOTIONS.get(reader.kind, ()):
        return
    old, new = reading.types
    yield Remark(
        f"{reading.path} changed from {_title(old)} to {_title(new)}.",
        f"{reading.view.reader} cannot read {writer.title} as {reader.title}: "
        f"no record written with {reading.view.writer} decodes.",
    )


def _title(avro_type: AvroType) -> str:
    article = f"{avro_type.kind} " if avro_type.name and avro_type.kind != UNKNOWN else ""
    return f"{article}{avro_type.title}"


def _size(reading: TypeReading) -> Remarks:
    if reading.is_promotion or reading.reader.type.size == reading.writer.type.size:
        return
    old, new = reading.types
    yield Remark(
        f"Size of {reading.path} changed from {old.size} to {new.size} bytes.",
        f"{reading.view.reader} cannot read what {reading.view.writer} wrote: a fixed value has no length of its own.",
    )


def _name(reading: TypeReading) -> Remarks:
    reader, writer = reading.reader.type, reading.writer.type
    if reader.kind not in NAMED or reading.is_promotion or reader.name == writer.name or writer.name in reader.aliases:
        return
    old, new = reading.types
    message = f"Name of {reading.path} changed from {old.name} to {new.name}."
    if not same_name(reader, writer):
        yield Remark(message, f"{reading.view.reader} cannot read it: {reader.name} has no alias {writer.name}.")
        return
    yield Remark(
        message,
        "The registry compares simple names and accepts it. Avro Java then finds no such branch in a union, drops "
        "field aliases of the record, and generated classes of both packages meet in one consumer.",
    )


RULES: Final = (
    Rule(
        "TYPE_CHANGED",
        "Checks that a type is not changed into one that cannot be read from it.",
        Severity.ERROR,
        Scope.TYPE,
        _changed,
        "Add a field of the new type beside the old one, or use a new topic.",
    ),
    Rule(
        "FIXED_SIZE_CHANGED",
        "Checks that the size of a fixed type stays.",
        Severity.ERROR,
        Scope.TYPE,
        _size,
        "Define a fixed type of another name and add a field of it.",
    ),
    Rule(
        "TYPE_NAME_CHANGED",
        "Checks that records, enums and fixed types keep their full name, or read the former one by an alias.",
        Severity.ERROR,
        Scope.TYPE,
        _name,
        "Keep name and namespace; a version does not belong into either. If it must be, declare the former full name "
        "as an alias, deploy all consumers, then the producers.",
    ),
)
