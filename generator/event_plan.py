"""Event times that a run is asked for: from now, from a given start, or from the past up to the present."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from generator.errors import OptionError
from generator.event_times import ClockTimes, EventTimes, ScheduledTimes
from generator.step import DAY, SECOND

FLAT_OUT_RATE = 1000.0
"""Payments per second of event time in a flat-out run with a given start."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run ends by itself: after `count` records or `seconds`, whichever comes first; None: never."""

    count: int | None = None
    seconds: float | None = None

    def total(self, rate: float) -> int | None:
        """Records to expect at `rate` per second; None where nobody knows."""
        timed = None if self.seconds is None or rate <= 0 else int(self.seconds * rate)
        return min((limit for limit in (self.count, timed) if limit is not None), default=None)


@dataclass(frozen=True, slots=True)
class EventPlan:
    """When payments occur, and about how many in one day of event time."""

    times: EventTimes
    daily_payments: float


def event_plan(rate: float, start_ms: int | None, wall_ns: Callable[[], int] = time.time_ns) -> EventPlan:
    """Event times that go as fast as the clock, from `start_ms` or from the present.

    Args:
        rate: Payments per second; 0 or less: flat-out.
        start_ms: Event time of the beginning, in milliseconds since 1970; None: the present.
        wall_ns: Clock that tells the date.

    Raises:
        OptionError: `start_ms` lies before 1970.
    """
    if start_ms is not None and start_ms < 0:
        raise OptionError("--start lies before 1970; Kafka has no such timestamps.")
    steady = rate if rate > 0 else FLAT_OUT_RATE
    daily = steady * DAY / SECOND
    if start_ms is None and rate <= 0:
        return EventPlan(ClockTimes(wall_ns), daily)
    return EventPlan(ScheduledTimes(wall_ns() // 1_000_000 if start_ms is None else start_ms, steady), daily)


def hurried_plan(rate: float, behind_days: float, limits: Limits, now_ms: int) -> EventPlan:
    """Event times that begin days ago and reach the present when the run ends; they are never ahead of the clock.

    Args:
        rate: Payments per second; 0 or less: flat-out.
        behind_days: How far in the past event time begins, above 0.
        limits: When the run ends: its length says how much faster than the clock event time goes.
        now_ms: The clock, in milliseconds since 1970.

    Raises:
        OptionError: the end is not known, or the beginning lies before 1970.
    """
    behind_ms = round(behind_days * DAY)
    total = limits.total(rate)
    if not total or behind_ms <= 0:
        raise OptionError("--behind wants days above 0, and an end to be reached: add --duration, or --count.")
    if behind_ms > now_ms:
        raise OptionError("--behind begins before 1970; Kafka has no such timestamps.")
    daily = total / behind_days
    if rate <= 0:
        return EventPlan(ScheduledTimes(now_ms - behind_ms, total / behind_ms * SECOND), daily)
    factor = 1 + behind_ms / (total / rate * SECOND)
    return EventPlan(ScheduledTimes(now_ms - behind_ms, rate, behind_ms=behind_ms, factor=factor), daily)
