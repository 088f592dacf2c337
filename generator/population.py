"""Accounts that come again, a few of them often."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from generator.identifiers import account_numbers
from generator.transactions import PER_CENT_OF_UNIT, Payments

ZIPF_EXPONENT = 1.0
"""Activity of the account of rank r is proportional to 1 / r^exponent; 1 is Zipf's own law."""

MEDIAN_CENTS = 8_000
SPREAD = 1.2
"""Amounts are log-normal: median 80.00, and about 2 % at 900.00 or above."""

HIGHEST_CENTS = 5_000_000
"""No everyday payment is above 50,000.00."""


class Population(Protocol):
    """Draws who pays whom how much."""

    def payments(self, count: int) -> Payments:
        """The next `count` payments."""
        ...


class RepeatingPopulation:
    """Accounts of unequal activity: how often one pays and how often one is paid both follow Zipf's law.

    Who pays often is another account than who is paid often; no account pays itself.

    Args:
        rng: Everything is drawn from it: the same generator in the same state gives the same payments.
        accounts: How many accounts there are, 2 or more.
    """

    def __init__(self, rng: np.random.Generator, accounts: int) -> None:
        self._rng = rng
        names = np.array(account_numbers(rng, accounts), dtype=object)
        self._payers: NDArray[np.object_] = names
        self._standing = rng.permutation(accounts)
        self._payees: NDArray[np.object_] = names[self._standing]
        self._cumulative = cumulative_activity(accounts)

    @property
    def accounts(self) -> list[str]:
        """All accounts, most active payer first."""
        return list(self._payers)

    def payments(self, count: int) -> Payments:
        """The next `count` payments."""
        payers = self._draw(count)
        payees = self._draw(count)
        own = self._standing[payees] == payers
        payees[own] = (payees[own] + 1) % len(self._payers)
        return Payments(
            sources=self._payers[payers].tolist(),
            targets=self._payees[payees].tolist(),
            amounts=everyday_amounts(self._rng, count),
        )

    def _draw(self, count: int) -> NDArray[np.int64]:
        drawn: NDArray[np.int64] = np.searchsorted(self._cumulative, self._rng.random(count), side="right")
        return drawn


class RandomPopulation:
    """The records of the 2018 tutorial: accounts that never come again, 1.00 to 1000.00, all amounts alike.

    Args:
        rng: Everything is drawn from it.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def payments(self, count: int) -> Payments:
        """The next `count` payments."""
        return Payments(
            sources=account_numbers(self._rng, count),
            targets=account_numbers(self._rng, count),
            amounts=self._rng.integers(100, 100_000, size=count, endpoint=True) * PER_CENT_OF_UNIT,
        )


def cumulative_activity(accounts: int, exponent: float = ZIPF_EXPONENT) -> NDArray[np.float64]:
    """Cumulative probabilities of ranks 1 to `accounts`; the last is 1, whatever rounding does."""
    weights = np.arange(1, accounts + 1, dtype=np.float64) ** -exponent
    cumulative: NDArray[np.float64] = np.cumsum(weights) / weights.sum()
    cumulative[-1] = 1.0
    return cumulative


def everyday_amounts(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Unscaled amounts of everyday payments, whole cents, at least one."""
    cents: NDArray[np.int64] = np.rint(MEDIAN_CENTS * np.exp(rng.standard_normal(count) * SPREAD)).astype(np.int64)
    amounts: NDArray[np.int64] = np.clip(cents, 1, HIGHEST_CENTS) * PER_CENT_OF_UNIT
    return amounts
