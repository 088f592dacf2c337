"""Logical types that change their unit, come, go, or never had an effect."""

from typing import Final

from schemas.evolution.finding import Location, Severity
from schemas.evolution.logical_types import (
    LOGICAL_TYPES,
    LogicalType,
    effective_logical_type,
    misfit,
    written_logical_type,
)
from schemas.evolution.model import AvroType
from schemas.evolution.places import Place
from schemas.evolution.reading import TypeReading
from schemas.evolution.resolution import PROMOTIONS
from schemas.evolution.rule import Lint, Remark, Remarks, Rule, Scope

_EXAMPLES: Final = {
    "date": (20240, "2025-06-01"),
    "time-millis": (43_200_000, "12:00:00"),
    "time-micros": (43_200_000_000, "12:00:00"),
    "timestamp-millis": (1_748_779_200_000, "2025-06-01T12:00:00Z"),
    "timestamp-micros": (1_748_779_200_000_000, "2025-06-01T12:00:00Z"),
    "timestamp-nanos": (1_748_779_200_000_000_000, "2025-06-01T12:00:00Z"),
    "local-timestamp-millis": (1_748_779_200_000, "2025-06-01T12:00:00"),
    "local-timestamp-micros": (1_748_779_200_000_000, "2025-06-01T12:00:00"),
    "local-timestamp-nanos": (1_748_779_200_000_000_000, "2025-06-01T12:00:00"),
}


def _effective(reading: TypeReading) -> tuple[LogicalType | None, LogicalType | None] | None:
    """The logical types of reader and writer, where the one can be read as the other at all."""
    reader, writer = reading.reader.type, reading.writer.type
    if reader.kind != writer.kind and writer.kind not in PROMOTIONS.get(reader.kind, ()):
        return None
    return effective_logical_type(reader), effective_logical_type(writer)


def _unit(reading: TypeReading) -> Remarks:
    pair = _effective(reading)
    if not pair or pair[0] == pair[1]:
        return
    reader, writer = pair
    if reader is None or writer is None or not (reader.is_time and writer.is_time):
        return
    old, new = (effective_logical_type(avro_type) for avro_type in reading.types)
    number, shown = _EXAMPLES[writer.name]
    yield Remark(
        f"Logical type of {reading.path} changed from {_name(old)} to {_name(new)}.",
        f"{shown} written with {reading.view.writer} is the number {number}, which {reading.view.reader} takes for "
        f"{_meaning(reader, number)}; fastavro goes on with the writer's type, so Java and Python disagree.",
    )


def _meaning(reader: LogicalType, number: int) -> str:
    suffix = {"instant": " since 1970 UTC", "local date and time": " since 1970 of some local clock"}
    return f"{number} {reader.unit}{suffix.get(reader.family.value, '')}"


def _name(logical_type: LogicalType | None) -> str:
    return logical_type.name if logical_type else "none"


def _added_or_removed(reading: TypeReading) -> Remarks:
    pair = _effective(reading)
    if not pair or (pair[0] and pair[1] and pair[0].is_time and pair[1].is_time):
        return
    reader, writer = pair
    if reader != writer:
        old, new = (effective_logical_type(avro_type) for avro_type in reading.types)
        yield Remark(_turn(reading, old, new), _misread(reading, reader, writer))
        return
    before, after = (written_logical_type(avro_type.attributes) for avro_type in reading.types)
    if before is not None and before != after and before not in LOGICAL_TYPES:
        yield Remark(
            f"Logical type {before} of {reading.path} was removed.",
            "Avro does not know it; consumers that do lose its meaning.",
            Severity.WARNING,
        )


def _turn(reading: TypeReading, old: LogicalType | None, new: LogicalType | None) -> str:
    if new is None and old is not None:
        return f"Logical type {old.name} of {reading.path} was removed{_why(reading.types[1])}."
    return f"Logical type of {reading.path} changed from {_name(old)} to {_name(new)}."


def _why(avro_type: AvroType) -> str:
    wrong = misfit(avro_type)
    return f": {wrong}" if wrong else ""


def _misread(reading: TypeReading, reader: LogicalType | None, writer: LogicalType | None) -> str:
    raw = reading.reader.type.kind if reader is None else reader.name
    written = reading.writer.type.kind if writer is None else writer.name
    example = _EXAMPLES.get(written)
    value = f"{example[1]} written as {written}" if example else f"A value written as {written}"
    return (
        f"{value} with {reading.view.writer} is read as plain {raw} by Java consumers of {reading.view.reader}"
        if reader is None
        else f"A value written as {written} with {reading.view.writer} is taken for a {raw} by Java consumers of "
        f"{reading.view.reader}"
    ) + "; fastavro goes on with the writer's type."


def _invalid(lint: Lint, place: Place) -> Remarks:
    wrong = misfit(place.type, lint.policy.logical_types)
    if wrong:
        yield Remark(
            f"Logical type of {place.path} has no effect: {wrong}.",
            f"No parser refuses it, and every reader gets the plain {place.type.kind}.",
        )
    field = place.field
    if field is None or place.record is None or place.type is not field.type:
        return
    beside = written_logical_type(field.attributes)
    if beside is not None:
        yield Remark(
            f"Logical type {beside} of {place.path} has no effect: it stands beside the type, on the field.",
            f"No parser refuses it, and every reader gets the plain {place.type.kind}.",
            location=Location(place.path, (*field.pointer, "logicalType"), place.record.document),
            about=field,
        )


RULES: Final = (
    Rule(
        "TIME_UNIT_CHANGED",
        "Checks that a date, time or timestamp keeps its unit and its kind.",
        Severity.ERROR,
        Scope.TYPE,
        _unit,
        "Add a field of the other unit beside it, named after the unit, and move the consumers.",
    ),
    Rule(
        "LOGICAL_TYPE_ADDED_OR_REMOVED",
        "Checks that an existing value does not gain, lose or change its logical type.",
        Severity.ERROR,
        Scope.TYPE,
        _added_or_removed,
        "Add a field with the logical type beside it and move the consumers.",
    ),
    Rule(
        "LOGICAL_TYPE_INVALID",
        "Checks that a logical type is one of Avro's, stands inside the type, and fits it.",
        Severity.ERROR,
        Scope.LINT_PLACE,
        _invalid,
        'Write it inside the type: {"type": "long", "logicalType": "timestamp-millis"}.',
    ),
)
