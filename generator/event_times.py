"""Event times of generated payments, by their number in the stream."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from generator.step import DAY, HOUR

NANOSECONDS_PER_MILLISECOND = 1_000_000
GOLDEN_RATIO = (5**0.5 - 1) / 2


class EventTimes(Protocol):
    """Says when the payments of a stream occur."""

    def of(self, first: int, count: int) -> NDArray[np.int64]:
        """Event times of the payments `first` to `first + count - 1`, counted from 0, ascending, in milliseconds."""
        ...

    def after(self, at_ms: int, span_ms: int) -> int:
        """Event time `span_ms` of activity after `at_ms`; where activity is even, that is the sum."""
        ...


class ScheduledTimes:
    """Event times from a start and a rate alone, so that two runs agree.

    ::

        event time
            |            ___/   slope 1: the present is reached and kept pace with
            |        __/ |
            |    __/  slope `factor`
        begin_/__________|_____ time since the start

    Args:
        begin_ms: Event time of the stream's beginning.
        rate: Payments per second of the clock, above 0.
        behind_ms: How far `begin_ms` lies behind the clock at the start; 0: event time never runs faster.
        factor: Seconds of event time per second of the clock until the present is reached, above 0.
    """

    def __init__(self, begin_ms: int, rate: float, *, behind_ms: int = 0, factor: float = 1.0) -> None:
        self._begin = begin_ms
        self._rate = rate
        self._factor = factor
        self._caught_up_ms = behind_ms / (factor - 1) if factor > 1 else np.inf

    def of(self, first: int, count: int) -> NDArray[np.int64]:
        """Event times by the payments' numbers."""
        elapsed = np.arange(first + 1, first + count + 1, dtype=np.float64) * (1000.0 / self._rate)
        hurried = np.minimum(elapsed, self._caught_up_ms)
        return self._begin + np.floor(hurried * self._factor + (elapsed - hurried)).astype(np.int64)

    def after(self, at_ms: int, span_ms: int) -> int:
        """The sum."""
        return at_ms + span_ms


HOURLY = (1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 11, 12, 11, 10, 10, 11, 12, 11, 9, 7, 5, 3, 2)
"""Activity by hour of the day, relative."""


class DailyRhythm:
    """Event times of a given number a day, few at night and many at noon, at uneven distances.

    Args:
        begin_ms: Event time of the stream's beginning, the midnight of its first day.
        daily: Payments per day, above 0.
    """

    def __init__(self, begin_ms: int, daily: float) -> None:
        self._begin = begin_ms
        self._daily = daily
        self._shares = np.concatenate([[0.0], np.cumsum(HOURLY) / sum(HOURLY)])

    def of(self, first: int, count: int) -> NDArray[np.int64]:
        """Event times by the payments' numbers."""
        numbers = np.arange(first, first + count, dtype=np.float64)
        # Multiples of the golden ratio are spread evenly and never repeat: uneven distances without a generator.
        days = (numbers + numbers * GOLDEN_RATIO % 1.0) / self._daily
        whole = np.floor(days)
        hours = np.interp(days - whole, self._shares, np.arange(len(self._shares)))
        return self._begin + np.floor((whole * 24 + hours) * HOUR).astype(np.int64)

    def after(self, at_ms: int, span_ms: int) -> int:
        """Event time `span_ms` of activity later: spans of a day are kept, shorter ones take longer by night."""
        whole, hours = divmod((at_ms - self._begin) / HOUR, 24)
        activity = float(np.interp(hours, np.arange(len(self._shares)), self._shares))
        whole, part = divmod(whole + activity + span_ms / DAY, 1)
        clock = float(np.interp(part, self._shares, np.arange(len(self._shares))))
        return self._begin + int((whole * 24 + clock) * HOUR)


class ClockTimes:
    """Event times read from a clock: all payments of a block occur when the block is made.

    Args:
        clock_ns: Nanoseconds since 1970-01-01T00:00:00Z.
    """

    def __init__(self, clock_ns: Callable[[], int]) -> None:
        self._clock_ns = clock_ns

    def of(self, first: int, count: int) -> NDArray[np.int64]:  # noqa: ARG002 - the protocol's; a clock needs no number
        """The clock, `count` times."""
        return np.full(count, self._clock_ns() // NANOSECONDS_PER_MILLISECOND, dtype=np.int64)

    def after(self, at_ms: int, span_ms: int) -> int:
        """The sum."""
        return at_ms + span_ms
