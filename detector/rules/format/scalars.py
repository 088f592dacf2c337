"""Exact scalars of rule files: durations, money, numbers, percentages, all without floats on the way."""

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, StrictInt, WithJsonSchema

from detector.batch import AMOUNT_SCALE

_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
LONGEST_DURATION = 36_525 * 86_400_000
"""A century in milliseconds: event times that it is added to, even thousands of times, fit 64 bits."""
MOST_DIGITS = 15
"""Digits of a number before the point and behind it: they fit 64 bits, and exact arithmetic rounds none away."""
_DURATION = re.compile(r"([0-9]{1,9})(ms|s|m|h|d|w)")
_PERCENT = re.compile(r"([0-9]{1,3}(?:[.][0-9]{1,4})?)%")
_MONEY = re.compile(r"-?[0-9]{1,13}([.][0-9]{1,5})?")


def duration_ms(text: Any) -> int:
    """The duration `text` names, in milliseconds: a whole number and one of ms, s, m, h, d, w, as in `24h`.

    Raises:
        ValueError: `text` has another form, or is longer than a century.
    """
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is no duration; accepted: a whole number and a unit, such as 30s, 10m, 24h, 3d, 2w")
    milliseconds = int(match[1]) * _UNITS[match[2]]
    if milliseconds > LONGEST_DURATION:
        raise ValueError(f"{text!r} is too long; accepted: at most {duration_text(LONGEST_DURATION)}")
    return milliseconds


def duration_text(milliseconds: int) -> str:
    """The shortest exact text of a duration: `86400000` is `1d`."""
    for unit in ("w", "d", "h", "m", "s"):
        if milliseconds and milliseconds % _UNITS[unit] == 0:
            return f"{milliseconds // _UNITS[unit]}{unit}"
    return f"{milliseconds}ms"


def money_text(unscaled: int) -> str:
    """An amount in hundred-thousandths as exact text, two fraction digits at least: `1250000` is `12.50`."""
    whole, rest = divmod(abs(unscaled), 10**AMOUNT_SCALE)
    fraction = f"{rest:0{AMOUNT_SCALE}d}".rstrip("0")
    return f"{'-' if unscaled < 0 else ''}{whole}.{fraction:0<2}"


def decimal_of(value: Any) -> Decimal:
    """`value` as an exact decimal; a YAML number counts as the digits that stand in the file.

    Raises:
        ValueError: `value` is no finite number, or has too many digits.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        # pydantic takes ValueError for a fault of the input
        raise ValueError(f"{value!r} is no number; accepted: digits such as 5, 2.5 or '900.00'")  # noqa: TRY004
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f"{value!r} is no number; accepted: digits such as 5, 2.5 or '900.00'")
    if number.adjusted() >= MOST_DIGITS or int(number.as_tuple().exponent) < -MOST_DIGITS:
        raise ValueError(f"{value!r} has too many digits; accepted: {MOST_DIGITS} before the point and behind it")
    return number


def unscaled(amount: Decimal) -> int:
    """An amount of money in hundred-thousandths, as the columns hold it.

    Raises:
        ValueError: the amount has more than five fraction digits or does not fit decimal(18,5).
    """
    scaled = amount.scaleb(AMOUNT_SCALE)
    if scaled != scaled.to_integral_value() or abs(scaled) >= 10**18:
        raise ValueError(f"{amount} does not fit an amount; accepted: at most 13 digits and five fraction digits")
    return int(scaled)


def _money(value: Any) -> Decimal:
    if not isinstance(value, str) or not _MONEY.fullmatch(value):
        raise ValueError(f"{value!r} is no amount; accepted: text in quotes such as '900.00'")
    return Decimal(value)


def _bound(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        # as above
        raise ValueError(f"{value!r} is no bound; accepted: a number, or text such as '900.00' or 24h")  # noqa: TRY004
    return value


def _parts_per_million(value: Any) -> int:
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is no percentage; accepted: text such as 10% or 2.5%")
    return int(Decimal(match[1]) * 10_000)


def _percent_text(parts_per_million: int) -> str:
    return f"{(Decimal(parts_per_million) / 10_000).normalize():f}%"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


Duration = Annotated[
    int,
    BeforeValidator(duration_ms),
    PlainSerializer(duration_text),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,9}(ms|s|m|h|d|w)$", "examples": ["24h", "3d", "10m"]}),
]
"""A duration in milliseconds, written `24h`."""

Money = Annotated[
    Decimal,
    BeforeValidator(_money),
    PlainSerializer(_plain),
    WithJsonSchema({"type": "string", "pattern": "^-?[0-9]{1,13}([.][0-9]{1,5})?$", "examples": ["900.00"]}),
]
"""An exact amount of money, written in quotes."""

Number = Annotated[
    Decimal,
    BeforeValidator(decimal_of),
    PlainSerializer(_plain),
    WithJsonSchema({"type": ["number", "string"], "examples": [2, 0.02]}),
]
"""An exact number."""

Bound = Annotated[str | int | float, BeforeValidator(_bound)]
"""End of a band, in the unit of the measure, which the whole rule knows."""

Points = Annotated[StrictInt, Field(ge=0, le=100_000)]
"""Points of a finding."""

Percent = Annotated[
    int,
    BeforeValidator(_parts_per_million),
    PlainSerializer(_percent_text),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,3}([.][0-9]{1,4})?%$", "examples": ["10%"]}),
]
"""Parts per million, written `10%`."""
