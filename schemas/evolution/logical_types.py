"""Which logical types Avro knows, on which types, and what a reader makes of one.

A logical type that does not fit its type is ignored by every reader (and by no parser refused): the value is then the
plain one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from schemas.evolution.model import AvroType


class Family(StrEnum):
    """What kind of quantity a logical type is."""

    NUMBER = "number"
    IDENTIFIER = "identifier"
    DATE = "date"
    TIME = "time of day"
    INSTANT = "instant"
    LOCAL = "local date and time"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class LogicalType:
    """What the specification says of a logical type.

    Args:
        kinds: Types it may stand on.
        size: Size that a fixed type below it must have; 0 for any.
        unit: Unit of the number below it; empty where there is none.
    """

    name: str
    kinds: frozenset[str]
    family: Family
    unit: str = ""
    size: int = 0

    @property
    def is_time(self) -> bool:
        """Whether it is a date, a time or a timestamp."""
        return self.family in (Family.DATE, Family.TIME, Family.INSTANT, Family.LOCAL)


_LOG10_OF_2: Final = 30102999566398119521
"""In units of 10**-20, rounded down."""

_BYTES_OR_FIXED: Final = frozenset({"bytes", "fixed"})
_INT: Final = frozenset({"int"})
_LONG: Final = frozenset({"long"})

LOGICAL_TYPES: Final[Mapping[str, LogicalType]] = {
    entry.name: entry
    for entry in (
        LogicalType("decimal", _BYTES_OR_FIXED, Family.NUMBER),
        LogicalType("big-decimal", frozenset({"bytes"}), Family.NUMBER),
        LogicalType("uuid", frozenset({"string", "fixed"}), Family.IDENTIFIER, size=16),
        LogicalType("date", _INT, Family.DATE, "days"),
        LogicalType("time-millis", _INT, Family.TIME, "milliseconds"),
        LogicalType("time-micros", _LONG, Family.TIME, "microseconds"),
        LogicalType("timestamp-millis", _LONG, Family.INSTANT, "milliseconds"),
        LogicalType("timestamp-micros", _LONG, Family.INSTANT, "microseconds"),
        LogicalType("timestamp-nanos", _LONG, Family.INSTANT, "nanoseconds"),
        LogicalType("local-timestamp-millis", _LONG, Family.LOCAL, "milliseconds"),
        LogicalType("local-timestamp-micros", _LONG, Family.LOCAL, "microseconds"),
        LogicalType("local-timestamp-nanos", _LONG, Family.LOCAL, "nanoseconds"),
        LogicalType("duration", frozenset({"fixed"}), Family.DURATION, size=12),
    )
}


def written_logical_type(attributes: Mapping[str, Any]) -> str | None:
    """The text of `logicalType`; None without one."""
    written = attributes.get("logicalType")
    return None if written is None else str(written)


def effective_logical_type(avro_type: AvroType) -> LogicalType | None:
    """The logical type that readers apply; None where there is none or where it is ignored as it does not fit."""
    known = LOGICAL_TYPES.get(written_logical_type(avro_type.attributes) or "")
    return known if known is not None and misfit(avro_type) is None else None


def is_decimal(avro_type: AvroType) -> bool:
    """Whether readers take the type for a decimal of fixed scale."""
    effective = effective_logical_type(avro_type)
    return effective is not None and effective.name == "decimal"


def precision_of(avro_type: AvroType) -> int:
    """Precision of a decimal, in digits."""
    return _whole(avro_type.attributes.get("precision")) or 0


def scale_of(avro_type: AvroType) -> int:
    """Scale of a decimal, in digits."""
    return _whole(avro_type.attributes.get("scale", 0)) or 0


def misfit(avro_type: AvroType, accepted: frozenset[str] = frozenset()) -> str | None:
    """Why the type's logical type is ignored, as the end of a sentence; None if it is not, or if there is none.

    Args:
        accepted: Logical types of one's own that are let pass.
    """
    written = written_logical_type(avro_type.attributes)
    if written is None or written in accepted:
        return None
    known = LOGICAL_TYPES.get(written)
    if known is None:
        return f"{written!r} is no logical type of Avro"
    if avro_type.kind not in known.kinds:
        return f"{written} stands on {avro_type.kind}, and fits only {' or '.join(sorted(known.kinds))}"
    if known.size and avro_type.kind == "fixed" and avro_type.size != known.size:
        return f"{written} stands on {avro_type.size} bytes, and needs {known.size}"
    return _decimal_misfit(avro_type) if written == "decimal" else None


def _decimal_misfit(avro_type: AvroType) -> str | None:
    precision = _whole(avro_type.attributes.get("precision"))
    scale = _whole(avro_type.attributes.get("scale", 0))
    if precision is None or precision < 1:
        return "decimal has no precision"
    if scale is None or scale < 0:
        return "decimal has a scale that is no whole number from 0"
    if scale > precision:
        return f"decimal has scale {scale}, more than its precision {precision}"
    if avro_type.kind == "fixed" and precision > digits_of(avro_type.size):
        return f"decimal has precision {precision}, and {avro_type.size} bytes hold {digits_of(avro_type.size)} digits"
    return None


def digits_of(size: int) -> int:
    """Decimal digits that any number of so many digits fits into, two's complement, in `size` bytes."""
    return (8 * size - 1) * _LOG10_OF_2 // 10**20 if size > 0 else 0


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
