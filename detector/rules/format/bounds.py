"""Bounds of bands, and what measured values can reach."""

from decimal import Decimal

from detector.rules.format.measure import Measure
from detector.rules.format.scalars import decimal_of, duration_ms, unscaled

MOST_COUNTED = 256
"""The highest count: an account keeps this many entries at most, whatever its bands ask for."""
MOST_SURPRISING = 99
"""The highest surprise: probabilities below are no longer told apart."""
MOST_BANDS = 255
"""Bands of one rule: the number of a band has eight bits."""
MOST_OWN_POINTS = 255
"""Points that a payment is remembered with at most, to be named by findings on others: they have eight bits."""
LARGEST_INT = 2**31 - 1
"""The largest version and score that the contract of flagged payments can say."""

COUNTED = ("count", "distinct", "payers", "fresh", "common")
"""Measures that count entries of an account."""


def bound_of(upto: str | int | float | None, measure: Measure | None, rated: bool) -> Decimal:
    """The end of a band: a count, an unscaled amount, milliseconds, or a plain number.

    Raises:
        ValueError: it has another unit than the measure, or no value reaches it.
    """
    unit = measure.unit if measure else "count"
    if unit == "duration":
        return Decimal(duration_ms(upto))
    number = decimal_of(upto)
    if unit == "money":
        return Decimal(unscaled(number))
    if unit == "count" and number <= 0:
        raise ValueError(f"a bound of a count is above 0, not {upto}")
    most = highest_of(measure.kind, rated) if measure else None
    if most is not None and number > most:
        measured = "surprise" if rated else measure.kind if measure else ""
        raise ValueError(f"{upto} is never reached: {measured} goes up to {most}; accepted: at most {most}")
    return number


def highest_of(kind: str, rated: bool) -> int | None:
    """The highest value of a kind of measure; None where none is known."""
    if rated:
        return MOST_SURPRISING
    return {"link": 1, **dict.fromkeys(COUNTED, MOST_COUNTED)}.get(kind)
