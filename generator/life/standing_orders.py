"""Standing orders: the same amount to the same account on the same day of every month."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from generator.life.habit import LAST_DAY, office_hours
from generator.life.society import Society
from generator.step import Step

FAMILY_SHARE = 0.2
"""Share of the orders that go to another person; the rest go to merchants."""

LOWEST_CENTS, HIGHEST_CENTS = 500, 25_000


class StandingOrders:
    """Insurance, telephone, pocket money.

    Args:
        society: Accounts by role.
        rng: Draws who pays whom.
        orders: How many orders there are.
    """

    def __init__(self, society: Society, rng: np.random.Generator, orders: int) -> None:
        self._orders: list[list[Step]] = [[] for _ in range(LAST_DAY)]
        for _ in range(orders):
            payees = society.people if rng.random() < FAMILY_SHARE else society.merchants
            payer, payee = (group[int(rng.integers(len(group)))] for group in (society.people, payees))
            if payer != payee:
                order = Step(0, payer, payee, int(rng.integers(LOWEST_CENTS, HIGHEST_CENTS)))
                self._orders[int(rng.integers(LAST_DAY))].append(order)

    def on(self, day: date, rng: np.random.Generator) -> Iterable[Step]:
        """The orders of a day."""
        if day.day <= LAST_DAY:
            for order in self._orders[day.day - 1]:
                yield order._replace(after_ms=office_hours(rng))
