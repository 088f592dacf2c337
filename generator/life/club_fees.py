"""Club fees: many members pay one account the same amount in the same weeks, once a year."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from generator.life.habit import office_hours
from generator.life.society import Society
from generator.step import Step

FEWEST, MOST = 8, 40
LOWEST_CENTS, HIGHEST_CENTS = 2_000, 30_000
WEEKS = 3
"""How long the members of a club take to pay."""


class ClubFees:
    """Each club collects in weeks of its own.

    Args:
        society: Accounts by role.
        rng: Draws members, fees and weeks.
    """

    def __init__(self, society: Society, rng: np.random.Generator) -> None:
        self._fees: dict[int, list[Step]] = {}
        for club in society.clubs:
            first = int(rng.integers(1, 366 - 7 * WEEKS))
            cents = int(rng.integers(LOWEST_CENTS, HIGHEST_CENTS) // 100 * 100)
            size = min(int(rng.integers(FEWEST, MOST, endpoint=True)), len(society.people))
            for member in rng.choice(len(society.people), size=size, replace=False):
                day = first + int(rng.integers(7 * WEEKS))
                self._fees.setdefault(day, []).append(Step(0, society.people[member], club, cents))

    def on(self, day: date, rng: np.random.Generator) -> Iterable[Step]:
        """The fees of a day."""
        for fee in self._fees.get(day.timetuple().tm_yday, ()):
            yield fee._replace(after_ms=office_hours(rng))
