"""Logical types: what a value of the physical type stands for, and back."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal
from typing import Any
from uuid import UUID

from schemas.serdes.named_types import kind_of
from schemas.serdes.refusal import Refusal, shown
from schemas.serdes.self_contained import Schema

Convert = Callable[[Any], Any]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LOCAL_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (a local timestamp has no zone)
EPOCH_DAY = EPOCH.toordinal()
MICROSECONDS_A_DAY = 86_400_000_000

PHYSICAL: Mapping[str, tuple[str, ...]] = {
    "decimal": ("bytes", "fixed"),
    "uuid": ("string",),
    "date": ("int",),
    "time-millis": ("int",),
    "time-micros": ("long",),
    "timestamp-millis": ("long",),
    "timestamp-micros": ("long",),
    "local-timestamp-millis": ("long",),
    "local-timestamp-micros": ("long",),
}
"""Logical types that are converted, with the types they may annotate; any other annotation is ignored, as Avro says."""


def logical_type(schema: Schema) -> str | None:
    """The logical type of a schema, where it is one that is converted; an invalid one is ignored, as Avro says."""
    if not isinstance(schema, dict):
        return None
    name = schema.get("logicalType")
    if not isinstance(name, str) or schema["type"] not in PHYSICAL.get(name, ()):
        return None
    return name if name != "decimal" or _is_decimal(schema) else None


def _is_decimal(schema: Schema) -> bool:
    precision, scale = schema.get("precision"), schema.get("scale", 0)
    return type(precision) is int and type(scale) is int and 0 <= scale <= precision and precision > 0


def differs(writer: Schema, reader: Schema) -> bool:
    """Whether what was written would stand for another value.

    That is so where both are annotated, with another type, unit or scale, and where a promotion leads into an annotated
    type: the text of an amount, a string promoted to bytes, has the bytes of some decimal. A plain type of the
    reader's own kind is read by the reader's annotation.
    """
    ours, theirs = logical_type(reader), logical_type(writer)
    if ours is not None and kind_of(writer) != kind_of(reader):
        return True
    if ours is None or theirs is None:
        return False
    return ours != theirs or (ours == "decimal" and writer.get("scale", 0) != reader.get("scale", 0))


def from_physical(schema: Schema) -> Convert | None:
    """Turns a decoded value into what it stands for; None where it stands for itself."""
    name = logical_type(schema)
    if name is None:
        return None
    if name == "decimal":
        return _to_decimal(schema["precision"], schema.get("scale", 0))
    return _FROM[name]


def to_physical(schema: Schema) -> Convert | None:
    """Turns a value into what is encoded; None where it is encoded as it is. Strict: the exact type, no loss."""
    name = logical_type(schema)
    if name is None:
        return None
    if name == "decimal":
        size = schema.get("size") if schema["type"] == "fixed" else None
        return _of_decimal(schema["precision"], schema.get("scale", 0), size)
    return _TO[name]


def _to_decimal(precision: int, scale: int) -> Convert:
    bound, context = 10**precision, Context(prec=precision)

    def convert(value: bytes) -> Decimal:
        unscaled = int.from_bytes(value, "big", signed=True)
        if not -bound < unscaled < bound:
            raise Refusal(f"{len(value)} bytes hold more than the {precision} digits of the decimal", invalid=True)
        return Decimal(unscaled).scaleb(-scale, context)

    return convert


def _of_decimal(precision: int, scale: int, size: int | None) -> Convert:
    bound, context = 10**precision, Context(prec=precision + scale + 1)

    def convert(value: Any) -> bytes:
        if type(value) is not Decimal or not value.is_finite():
            raise Refusal(f"{shown(value)} is no finite Decimal")
        if int(value.as_tuple().exponent) < -scale:
            raise Refusal(f"{value} has more than {scale} fraction digits")
        if value.adjusted() + scale >= precision and value:
            raise Refusal(f"{shown(value)} has more than {precision} digits at scale {scale}")
        unscaled = int(value.scaleb(scale, context)) if value else 0
        if not -bound < unscaled < bound:
            raise Refusal(f"{shown(value)} has more than {precision} digits at scale {scale}")
        length = (
            size
            if size is not None
            else (unscaled.bit_length() if unscaled >= 0 else (unscaled + 1).bit_length()) // 8 + 1
        )
        return unscaled.to_bytes(length, "big", signed=True)

    return convert


def _instant(epoch: datetime, unit: int) -> Convert:
    def convert(value: int) -> datetime:
        try:
            return epoch + timedelta(microseconds=value * unit)
        except OverflowError:
            raise Refusal(f"{value} is no time between the years 1 and 9999", invalid=True) from None

    return convert


def _whole(microseconds: int, unit: int, value: Any) -> int:
    units, rest = divmod(microseconds, unit)
    if rest:
        raise Refusal(f"{shown(value)} is finer than a millisecond")
    return units


def _of_instant(epoch: datetime, unit: int) -> Convert:
    aware = epoch.tzinfo is not None

    def convert(value: Any) -> int:
        if not isinstance(value, datetime):
            raise Refusal(f"{shown(value)} is no datetime")
        if (value.utcoffset() is not None) is not aware:
            raise Refusal(f"{shown(value)} {'has no time zone' if aware else 'has a time zone'}")
        passed = value - epoch
        microseconds = (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
        return _whole(microseconds, unit, value)

    return convert


def _date(value: int) -> date:
    try:
        return date.fromordinal(value + EPOCH_DAY)
    except (ValueError, OverflowError):
        raise Refusal(f"{value} is no day between the years 1 and 9999", invalid=True) from None


def _of_date(value: Any) -> int:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Refusal(f"{shown(value)} is no date")
    return value.toordinal() - EPOCH_DAY


def _time(unit: int) -> Convert:
    def convert(value: int) -> time:
        if not 0 <= value * unit < MICROSECONDS_A_DAY:
            raise Refusal(f"{value} is no time of day", invalid=True)
        return (LOCAL_EPOCH + timedelta(microseconds=value * unit)).time()

    return convert


def _of_time(unit: int) -> Convert:
    def convert(value: Any) -> int:
        if type(value) is not time or value.tzinfo is not None:
            raise Refusal(f"{shown(value)} is no time of day without zone")
        microseconds = ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
        return _whole(microseconds, unit, value)

    return convert


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Refusal(f"{shown(value)} is no UUID", invalid=True) from None


def _of_uuid(value: Any) -> str:
    if not isinstance(value, UUID):
        raise Refusal(f"{shown(value)} is no UUID")
    return str(value)


_FROM: Mapping[str, Convert] = {
    "uuid": _uuid,
    "date": _date,
    "time-millis": _time(1000),
    "time-micros": _time(1),
    "timestamp-millis": _instant(EPOCH, 1000),
    "timestamp-micros": _instant(EPOCH, 1),
    "local-timestamp-millis": _instant(LOCAL_EPOCH, 1000),
    "local-timestamp-micros": _instant(LOCAL_EPOCH, 1),
}

_TO: Mapping[str, Convert] = {
    "uuid": _of_uuid,
    "date": _of_date,
    "time-millis": _of_time(1000),
    "time-micros": _of_time(1),
    "timestamp-millis": _of_instant(EPOCH, 1000),
    "timestamp-micros": _of_instant(EPOCH, 1),
    "local-timestamp-millis": _of_instant(LOCAL_EPOCH, 1000),
    "local-timestamp-micros": _of_instant(LOCAL_EPOCH, 1),
}
