"""Habits and rings laid into the stream of everyday payments, in order of time."""

import operator
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush
from math import inf

import numpy as np

from generator.casting import Casting
from generator.life.habit import Habit
from generator.patterns.pattern import Pattern
from generator.step import DAY, Step

TYPICAL_RING = 10
"""Payments of a ring, as far as the wait for the first one is concerned."""

EPOCH_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Injection:
    """How much fraud, of which kinds.

    Args:
        patterns: The patterns, each as likely per payment of its own.
        share: Share of all payments that belong to rings, from 0 to below 1.
        stretch: Multiplies every span of time of a ring.
        after: Payments before the first ring, so that a detector can get to know the accounts.
        starts: Numbers of the payments at which rings begin, ascending; with them `share` and `after` do not count,
            and the patterns take turns.
    """

    patterns: Sequence[Pattern]
    share: float
    stretch: float = 1.0
    after: int = 0
    starts: Sequence[int] | None = None


@dataclass(frozen=True, slots=True, order=True)
class Planned:
    """A payment with its planned event time; `number` settles ties; `pattern` and `ring` are empty for normal life."""

    at_ms: int
    number: int
    step: Step
    pattern: str = ""
    ring: str = ""


class Timeline:
    """Plans payments ahead and gives them out when their time has come.

    Which payments are planned depends only on the generators, the injection and the event times asked for.

    Args:
        habits: Payments that come with the calendar.
        casting: Members of the rings.
        injection: How much fraud.
        rng: Draws what habits leave open.
        ring_rng: Draws the rings, apart from `rng`, so that normal life is the same with and without them.
        after: Event time some span of activity after another, as `EventTimes.after`: rings keep the hours that
            everybody keeps, and cannot be told by the time of day.
    """

    def __init__(
        self,
        habits: Iterable[Habit],
        casting: Casting,
        injection: Injection,
        rng: np.random.Generator,
        ring_rng: np.random.Generator,
        *,
        after: Callable[[int, int], int] = operator.add,
    ) -> None:
        self._habits = tuple(habits)
        self._casting = casting
        self._injection = injection
        self._rng = rng
        self._ring_rng = ring_rng
        self._after = after
        self._planned: list[Planned] = []
        self._numbers = 0
        self._rings = 0
        self._next_day: int | None = None
        self._next_ring = float(injection.after)
        self._advance_ring(TYPICAL_RING)

    def due(self, first: int, times: Sequence[int]) -> Iterator[tuple[int, Planned]]:
        """Slots of a block that planned payments take, ascending, with these payments in order of time.

        A payment takes the first free slot at or after its time; one that finds none waits for the next block.

        Args:
            first: Number of the block's first payment in the stream.
            times: Event times of the slots, ascending.
        """
        self._plan_days(times[0], times[-1])
        self._plan_rings(first, times)
        slot = -1
        while self._planned and slot + 1 < len(times):
            slot = max(slot + 1, bisect_left(times, self._planned[0].at_ms))
            if slot >= len(times):
                return
            yield slot, heappop(self._planned)

    def _plan_days(self, first_ms: int, last_ms: int) -> None:
        if self._next_day is None:
            self._next_day = first_ms // DAY
        for number in range(self._next_day, last_ms // DAY + 1):
            for habit in self._habits:
                for step in habit.on(date.fromordinal(EPOCH_DAY + number), self._rng):
                    at_ms = number * DAY + step.after_ms
                    # What the first day held before the stream begins is past.
                    if at_ms >= first_ms or number > self._next_day:
                        self._plan(at_ms, step)
        self._next_day = max(self._next_day, last_ms // DAY + 1)

    def _plan_rings(self, first: int, times: Sequence[int]) -> None:
        injection, rng = self._injection, self._ring_rng
        while self._next_ring < first + len(times):
            begin = int(times[int(self._next_ring) - first])
            turn = self._rings if injection.starts is not None else int(rng.integers(len(injection.patterns)))
            pattern = injection.patterns[turn % len(injection.patterns)]
            steps = pattern.ring(rng, self._casting, injection.stretch)
            self._rings += 1
            for step in steps:
                self._plan(self._after(begin, step.after_ms), step, pattern.name, f"{pattern.name}-{self._rings}")
            self._advance_ring(len(steps))

    def _advance_ring(self, payments: int) -> None:
        injection = self._injection
        if injection.starts is not None:
            self._next_ring = injection.starts[self._rings] if self._rings < len(injection.starts) else inf
        elif injection.share > 0:
            self._next_ring += self._ring_rng.exponential(payments / injection.share)
        else:
            self._next_ring = inf

    def _plan(self, at_ms: int, step: Step, pattern: str = "", ring: str = "") -> None:
        self._numbers += 1
        heappush(self._planned, Planned(at_ms, self._numbers, step, pattern, ring))
