"""Numbers and bytes that are read as another primitive type."""

import re
from typing import Final

from schemas.evolution.finding import Severity
from schemas.evolution.logical_types import effective_logical_type
from schemas.evolution.places import Place
from schemas.evolution.reading import TypeReading
from schemas.evolution.rule import Lint, Remark, Remarks, Rule, Scope

_LOSSY: Final = {
    ("int", "float"): (16_777_217, "16777216.0"),
    ("long", "float"): (1_234_567_891, "1234567936.0"),
    ("long", "double"): (9_007_199_254_740_993, "9007199254740992.0"),
}
"""Writer's and reader's kind to a number and what it is read as."""

_WIDE: Final = re.compile(
    r"(^|_)(amount|amt|price|balance|fee|cents|minor|account|timestamp|ts|epoch|millis|micros|time|at|id)$"
)


def _lossy(reading: TypeReading) -> Remarks:
    example = _LOSSY.get((reading.writer.type.kind, reading.reader.type.kind))
    if example:
        old, new = reading.types
        yield Remark(
            f"{reading.path} changed from {old.kind} to {new.kind}.",
            f"{example[0]} written with {reading.view.writer} is read as {example[1]} with {reading.view.reader}.",
        )


def _float_widened(reading: TypeReading) -> Remarks:
    if (reading.writer.type.kind, reading.reader.type.kind) == ("float", "double"):
        old, new = reading.types
        yield Remark(
            f"{reading.path} changed from {old.kind} to {new.kind}.",
            f"0.1 written with {reading.view.writer} is read as 0.10000000149011612 with {reading.view.reader}: "
            "sums, equality and thresholds move.",
        )


def _swapped(reading: TypeReading) -> Remarks:
    if {reading.writer.type.kind, reading.reader.type.kind} == {"bytes", "string"}:
        old, new = reading.types
        yield Remark(
            f"{reading.path} changed from {old.kind} to {new.kind}.",
            _misread(reading),
        )


def _misread(reading: TypeReading) -> str:
    if reading.writer.type.kind == "bytes":
        return (
            f"Bytes FF FE written with {reading.view.writer} are no UTF-8: a Java consumer of {reading.view.reader} "
            "reads two replacement characters, and fastavro fails or hands out the writer's type."
        )
    return (
        f"Text written with {reading.view.writer} arrives as bytes at Java consumers of {reading.view.reader}, "
        "and as text or bytes in Python, by its version."
    )


def _too_narrow(lint: Lint, place: Place) -> Remarks:  # noqa: ARG001 - every lint check has the same signature
    if place.type.kind != "int" or effective_logical_type(place.type) is not None or place.field is None:
        return
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", place.name).lower()
    if _WIDE.search(snake):
        yield Remark(
            f"{place.path} is an int.",
            "It ends at 2147483647: 21,474,836.47 in cents, the year 2038 in seconds. fastavro writes larger numbers "
            "without a word, and Java reads another number.",
            about=place.type,
        )


RULES: Final = (
    Rule(
        "NUMBER_PROMOTION_LOSSY",
        "Checks that no whole number is read as a floating-point type that cannot hold it.",
        Severity.ERROR,
        Scope.TYPE,
        _lossy,
        "Use long, or a decimal in a field of its own; in a union put int and long before float and double.",
    ),
    Rule(
        "FLOAT_WIDENED",
        "Checks that a float is not read as a double.",
        Severity.ERROR,
        Scope.TYPE,
        _float_widened,
        "Add a double beside it that is written from the source; the float's digits are lost already.",
    ),
    Rule(
        "BYTES_STRING_SWAPPED",
        "Checks that bytes are not read as a string, nor a string as bytes.",
        Severity.ERROR,
        Scope.TYPE,
        _swapped,
        "Add a field of the other type beside it.",
    ),
    Rule(
        "INT_TOO_NARROW",
        "Checks that amounts, identifiers and instants are not int.",
        Severity.WARNING,
        Scope.LINT_PLACE,
        _too_narrow,
        "Use long (an int can be widened while the level is BACKWARD); for money a decimal.",
    ),
)
