"""Scale and precision of decimals."""

from decimal import Decimal
from typing import Final

from schemas.evolution.finding import Severity
from schemas.evolution.logical_types import is_decimal, precision_of, scale_of
from schemas.evolution.model import AvroType
from schemas.evolution.reading import TypeReading
from schemas.evolution.rule import Remark, Remarks, Rule, Scope


def _decimals(reading: TypeReading) -> tuple[AvroType, AvroType] | None:
    reader, writer = reading.reader.type, reading.writer.type
    return (reader, writer) if is_decimal(reader) and is_decimal(writer) and not reading.is_promotion else None


def _scale(reading: TypeReading) -> Remarks:
    pair = _decimals(reading)
    if not pair or scale_of(pair[0]) == scale_of(pair[1]):
        return
    old, new = (scale_of(avro_type) for avro_type in reading.types)
    written = _example(scale_of(pair[1]))
    read = written.scaleb(scale_of(pair[1]) - scale_of(pair[0]))
    yield Remark(
        f"Scale of {reading.path} changed from {old} to {new}.",
        f"{written:f} written with {reading.view.writer} is read as {read:f} by Java consumers of "
        f"{reading.view.reader}; fastavro goes on with the writer's scale, so the two disagree.",
    )


def _example(scale: int) -> Decimal:
    return Decimal("12.34") if scale == 2 else Decimal(1234).scaleb(-scale)


def _precision(reading: TypeReading) -> Remarks:
    pair = _decimals(reading)
    if not pair or precision_of(pair[0]) >= precision_of(pair[1]):
        return
    old, new = (precision_of(avro_type) for avro_type in reading.types)
    digits, allowed = precision_of(pair[1]), precision_of(pair[0])
    consequence = (
        f"A number of {digits} digits written with {reading.view.writer} does not fit the {allowed} digits of "
        f"{reading.view.reader}: some consumers refuse it, some take it, databases cut it."
    )
    if reading.view.is_backward:
        yield Remark(f"Precision of {reading.path} changed from {old} to {new}.", consequence)
        return
    yield Remark(
        f"Precision of {reading.path} changed from {old} to {new}.",
        f"{consequence} Deploy the consumers first.",
        Severity.WARNING,
    )


RULES: Final = (
    Rule(
        "DECIMAL_SCALE_CHANGED",
        "Checks that the scale of a decimal stays.",
        Severity.ERROR,
        Scope.TYPE,
        _scale,
        "Add a field with the other scale beside it and move the consumers, or use a new topic.",
    ),
    Rule(
        "DECIMAL_PRECISION_CHANGED",
        "Checks that the precision of a decimal is not narrowed, and is widened for consumers before producers.",
        Severity.ERROR,
        Scope.TYPE,
        _precision,
        "Widen only, and deploy the consumers first.",
    ),
)
