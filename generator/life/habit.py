"""What a habit is: payments that come with the calendar."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

import numpy as np

from generator.step import HOUR, Step

LAST_DAY = 28
"""Habits of a day of the month use 1 to 28, which every month has."""


class Habit(Protocol):
    """Payments that people plan; pure: chance comes from `rng`."""

    def on(self, day: date, rng: np.random.Generator) -> Iterable[Step]:
        """The payments of a day, `after_ms` counted from its midnight (UTC), in any order."""
        ...


def office_hours(rng: np.random.Generator) -> int:
    """A moment of the day when banks book what was ordered before."""
    return int(rng.uniform(6 * HOUR, 18 * HOUR))
