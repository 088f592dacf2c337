"""Tenants pay rent: many pay one, similar amounts, in the first days of every month."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from generator.life.habit import office_hours
from generator.life.society import Society
from generator.step import Step

LATEST_DAY = 5
LOWEST_CENTS, HIGHEST_CENTS = 45_000, 140_000
HOUSE_SPREAD = 0.1
"""Rents of one landlord lie this close together."""


class Rent:
    """Each tenant pays the landlord the same rent on the same day, the 1st to the 5th.

    Args:
        society: Accounts by role.
        rng: Draws who lives where.
        tenants: How many people rent.
    """

    def __init__(self, society: Society, rng: np.random.Generator, tenants: int) -> None:
        bases = rng.integers(LOWEST_CENTS, HIGHEST_CENTS, size=len(society.landlords))
        self._leases: list[list[Step]] = [[] for _ in range(LATEST_DAY)]
        for person in rng.choice(len(society.people), size=min(tenants, len(society.people)), replace=False):
            house = int(rng.integers(len(bases)))
            cents = int(bases[house] * rng.uniform(1 - HOUSE_SPREAD, 1 + HOUSE_SPREAD))
            lease = Step(0, society.people[person], society.landlords[house], cents)
            self._leases[int(rng.integers(LATEST_DAY))].append(lease)

    def on(self, day: date, rng: np.random.Generator) -> Iterable[Step]:
        """The rents of a day."""
        if day.day <= LATEST_DAY:
            for lease in self._leases[day.day - 1]:
                yield lease._replace(after_ms=office_hours(rng))
