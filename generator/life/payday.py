"""Employers pay wages: one account pays many, every month the same."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from generator.life.habit import LAST_DAY, office_hours
from generator.life.society import Society
from generator.step import MINUTE, Step

LOWEST_CENTS, HIGHEST_CENTS = 120_000, 420_000
NEW_HIRE = 0.01
"""Chance, per wage, that it goes to somebody else's account from this month on: hired, or changed banks."""


class Payday:
    """Each employer pays its people on its own day of the month, within half an hour.

    Args:
        society: Accounts by role.
        rng: Draws who works where.
        workers: How many people have work.
    """

    def __init__(self, society: Society, rng: np.random.Generator, workers: int) -> None:
        self._society = society
        self._days = rng.integers(1, LAST_DAY, size=len(society.employers), endpoint=True).tolist()
        self._staff: list[list[tuple[str, int]]] = [[] for _ in society.employers]
        for person in rng.choice(len(society.people), size=min(workers, len(society.people)), replace=False):
            wage = int(rng.integers(LOWEST_CENTS, HIGHEST_CENTS))
            self._staff[int(rng.integers(len(self._staff)))].append((society.people[person], wage))

    def on(self, day: date, rng: np.random.Generator) -> Iterable[Step]:
        """The wages of a day."""
        for employer, payday, staff in zip(self._society.employers, self._days, self._staff, strict=True):
            if payday == day.day:
                begin = office_hours(rng)
                for place, (person, wage) in enumerate(staff):
                    if rng.random() < NEW_HIRE:
                        staff[place] = (self._society.people[int(rng.integers(len(self._society.people)))], wage)
                    yield Step(begin + int(rng.uniform(0, 30 * MINUTE)), employer, person, wage)
