"""Shared bills: friends pay one of them their share of a present or a dinner, within a day or two."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from generator.life.society import Society
from generator.step import DAY, HOUR, Step

PER_PERSON_AND_DAY = 1 / 2000
FEWEST, MOST = 4, 12
LOWEST_CENTS, HIGHEST_CENTS = 500, 6_000


class SharedBills:
    """A person collects from friends; many of them for the first time: a fan-in that is no fraud.

    Args:
        society: Accounts by role.
    """

    def __init__(self, society: Society) -> None:
        self._people = society.people

    def on(self, day: date, rng: np.random.Generator) -> Iterable[Step]:  # noqa: ARG002 - any day is as good
        """The shares of the bills that are settled from on a day."""
        for _ in range(int(rng.poisson(len(self._people) * PER_PERSON_AND_DAY))):
            size = int(rng.integers(FEWEST, MOST, endpoint=True))
            collector, *friends = rng.choice(len(self._people), size=min(size + 1, len(self._people)), replace=False)
            share = int(rng.integers(LOWEST_CENTS, HIGHEST_CENTS) // 100 * 100)
            begin = rng.uniform(9 * HOUR, 22 * HOUR)
            for friend in friends:
                at = int(begin + rng.exponential(0.4) * DAY)
                yield Step(at, self._people[friend], self._people[collector], share)
