"""How many records are due: against the clock, so that nothing drifts, and in bounded bursts."""

import math
from typing import Protocol

import numpy as np

from generator.transactions import Transactions

NANOSECONDS = 1_000_000_000

TICK_SECONDS = 0.01
"""Shortest pause: at a high rate records are due in small groups, and a wake-up costs more than a record."""

SLACK_SECONDS = 0.1
"""Records of this many seconds may go at once; a scheduler's hiccup is made good without being noticed."""

CATCH_UP = 2.0
"""After a longer stall what is owed follows at this multiple of the rate, not all at once."""


class Pace(Protocol):
    """Says how many of a block's records are due; times are nanoseconds of one monotonic clock."""

    always_due: bool
    """Whether something is due at any time, so that a run ends by the clock alone."""

    def start(self, now_ns: int) -> None:
        """Time counts from `now_ns`."""
        ...

    def due(self, block: Transactions, position: int, now_ns: int, most: int) -> int:
        """Records of `block` from `position` that go now, at most `most`; each is counted as gone."""
        ...

    def wait(self, block: Transactions, position: int, now_ns: int) -> float:
        """Seconds until the record at `position` can be due, above 0."""
        ...


class SteadyPace:
    """A number of records per second, exact over time.

    By t seconds after the start, floor(rate · t) records are owed. What is owed goes, as far as a bucket allows that
    holds `SLACK_SECONDS` of records and fills at `CATCH_UP` times the rate: in any d seconds at most
    rate · (SLACK_SECONDS + CATCH_UP · d) records go, or one where that is less.

    Args:
        rate: Records per second, above 0.
    """

    always_due = False

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._capacity = max(1.0, rate * SLACK_SECONDS)
        self._allowance = self._capacity
        self._start_ns = 0
        self._seen_ns = 0
        self._gone = 0

    def start(self, now_ns: int) -> None:
        """Time counts from `now_ns`."""
        self._start_ns = self._seen_ns = now_ns

    def due(self, block: Transactions, position: int, now_ns: int, most: int) -> int:
        """Records that go now."""
        count = min(self._owed(now_ns), self._fill(now_ns), len(block) - position, most)
        self._gone += count
        self._allowance -= count
        return count

    def wait(self, block: Transactions, position: int, now_ns: int) -> float:  # noqa: ARG002 - the protocol's
        """Seconds until the next record is due."""
        next_at = (self._gone + 1) / self._rate
        seconds = next_at - (now_ns - self._start_ns) / NANOSECONDS
        refill = (1.0 - self._allowance) / (self._rate * CATCH_UP)
        return max(TICK_SECONDS, seconds, refill)

    def _owed(self, now_ns: int) -> int:
        return math.floor((now_ns - self._start_ns) * self._rate / NANOSECONDS) - self._gone

    def _fill(self, now_ns: int) -> int:
        grown = (now_ns - self._seen_ns) * self._rate * CATCH_UP / NANOSECONDS
        self._seen_ns = now_ns
        self._allowance = min(self._capacity, self._allowance + grown)
        return math.floor(self._allowance)


class FlatOut:
    """Everything is due at once; the producer's queue is the brake."""

    always_due = True

    def start(self, now_ns: int) -> None:
        """Nothing counts."""

    def due(self, block: Transactions, position: int, now_ns: int, most: int) -> int:  # noqa: ARG002 - the protocol's
        """All that is left of the block."""
        return min(len(block) - position, most)

    def wait(self, block: Transactions, position: int, now_ns: int) -> float:  # noqa: ARG002 - the protocol's
        """Never asked: something is always due."""
        return TICK_SECONDS


class EventTimePace:
    """Records at the distances of their event times, `factor` times as fast.

    A record that is earlier than one before it is due with that one: the order of the file is kept.

    Args:
        first_ms: Event time that is due at the start.
        factor: Seconds of event time per second of the clock, above 0.
    """

    always_due = False

    def __init__(self, first_ms: int, factor: float) -> None:
        self._first_ms = first_ms
        self._factor = factor
        self._start_ns = 0
        self._latest_ms = first_ms

    def start(self, now_ns: int) -> None:
        """Time counts from `now_ns`."""
        self._start_ns = now_ns

    def due(self, block: Transactions, position: int, now_ns: int, most: int) -> int:
        """Records whose event time has come."""
        ahead = block.occurred_at[position : position + most]
        times = np.maximum.accumulate(np.maximum(ahead, self._latest_ms))
        count = int(np.searchsorted(times, self._reached(now_ns), side="right"))
        if count:
            self._latest_ms = int(times[count - 1])
        return count

    def wait(self, block: Transactions, position: int, now_ns: int) -> float:
        """Seconds until the record's event time comes."""
        ahead_ms = max(int(block.occurred_at[position]), self._latest_ms) - self._reached(now_ns)
        return max(TICK_SECONDS, ahead_ms / 1000 / self._factor)

    def _reached(self, now_ns: int) -> float:
        return self._first_ms + (now_ns - self._start_ns) / 1_000_000 * self._factor
