"""Accounts that take part in an injected pattern."""

from collections.abc import Sequence

import numpy as np

from generator.identifiers import account_numbers

FRESH_SHARE = 0.2
"""Share of a ring's members that were never seen before; the rest are ordinary accounts with a life beside the ring."""


class Casting:
    """Draws the members of rings from a population.

    Args:
        ordinary: Accounts of people with a normal life.
        usual_cents: What each of them usually pays at once.
    """

    def __init__(self, ordinary: Sequence[str], usual_cents: Sequence[int]) -> None:
        self._ordinary = ordinary
        self._usual = dict(zip(ordinary, usual_cents, strict=True))

    def members(self, rng: np.random.Generator, count: int) -> list[str]:
        """`count` different accounts, most of them ordinary, some fresh."""
        ordinary = self.ordinary(rng, count)
        fresh = self.fresh(rng, count)
        return [
            new if chance < FRESH_SHARE else known
            for chance, known, new in zip(rng.random(count), ordinary, fresh, strict=True)
        ]

    def ordinary(self, rng: np.random.Generator, count: int) -> list[str]:
        """`count` different accounts with a life of their own."""
        return [self._ordinary[place] for place in rng.choice(len(self._ordinary), size=count, replace=False)]

    def fresh(self, rng: np.random.Generator, count: int) -> list[str]:
        """`count` accounts that were never seen before."""
        return account_numbers(rng, count)

    def usual_cents(self, account: str) -> int:
        """What an ordinary account usually pays at once."""
        return self._usual[account]
