"""One planned payment, relative to the moment its plan begins."""

from typing import NamedTuple

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Step(NamedTuple):
    """A payment `after_ms` milliseconds from the beginning of its plan, of `cents` hundredths of the currency unit."""

    after_ms: int
    source: str
    target: str
    cents: int
