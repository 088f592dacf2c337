"""Payments from day to day: shops one knows, shops one does not, friends, strangers, suppliers."""

import numpy as np
from numpy.typing import NDArray

from generator.life.society import Society
from generator.population import cumulative_activity
from generator.transactions import PER_CENT_OF_UNIT, Payments

PERSON_EXPONENT, MERCHANT_EXPONENT = 0.4, 0.9
"""People differ little in how much they pay; few merchants have most of the customers."""

FAVOURITES, FRIENDS, SUPPLIERS = 6, 4, 3
KINDS = np.cumsum([0.58, 0.15, 0.17, 0.04])
"""Cumulative shares: a favourite shop, any shop, a friend, any person; the rest is a merchant paying a supplier."""

SPREAD = 0.6
SUPPLY_FACTOR = 8
"""A merchant pays a supplier this many times what a person pays."""


class Everyday:
    """Draws payments from day to day; most go over links that were used before.

    Args:
        society: Accounts by role.
        rng: Everything is drawn from it.
    """

    def __init__(self, society: Society, rng: np.random.Generator) -> None:
        people, merchants = len(society.people), len(society.merchants)
        self._rng = rng
        self._levels = society.level_cents
        self._people: NDArray[np.object_] = np.array(society.people, dtype=object)
        self._merchants: NDArray[np.object_] = np.array(society.merchants, dtype=object)
        self._person_rank = cumulative_activity(people, PERSON_EXPONENT)
        self._merchant_rank = cumulative_activity(merchants, MERCHANT_EXPONENT)
        self._favourites = self._merchant(people * FAVOURITES).reshape(people, FAVOURITES)
        self._friends = rng.integers(people, size=(people, FRIENDS))
        self._suppliers = rng.integers(merchants, size=(merchants, SUPPLIERS))

    def payments(self, count: int) -> Payments:
        """The next `count` payments; no account pays itself."""
        rng = self._rng
        kinds = np.searchsorted(KINDS, rng.random(count), side="right")
        payers = np.searchsorted(self._person_rank, rng.random(count), side="right")
        known_shop = self._favourites[payers, rng.integers(FAVOURITES, size=count)]
        shops = np.where(kinds == 0, known_shop, self._merchant(count))
        friends = self._friends[payers, rng.integers(FRIENDS, size=count)]
        persons = np.where(kinds == 2, friends, rng.integers(len(self._people), size=count))
        persons = np.where(persons == payers, (persons + 1) % len(self._people), persons)
        sources, targets = self._people[payers], np.where(kinds <= 1, self._merchants[shops], self._people[persons])
        cents = self._levels[payers] * np.exp(rng.standard_normal(count) * SPREAD)
        supplied = kinds == len(KINDS)
        buyers = self._merchant(count)
        sellers = self._suppliers[buyers, rng.integers(SUPPLIERS, size=count)]
        sellers = np.where(sellers == buyers, (sellers + 1) % len(self._merchants), sellers)
        sources = np.where(supplied, self._merchants[buyers], sources)
        targets = np.where(supplied, self._merchants[sellers], targets)
        whole = np.maximum(np.rint(np.where(supplied, cents * SUPPLY_FACTOR, cents)), 1).astype(np.int64)
        return Payments(sources.tolist(), targets.tolist(), whole * PER_CENT_OF_UNIT)

    def _merchant(self, count: int) -> NDArray[np.int64]:
        drawn: NDArray[np.int64] = np.searchsorted(self._merchant_rank, self._rng.random(count), side="right")
        return drawn
