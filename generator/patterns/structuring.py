"""A large sum in parts, each just below a limit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.casting import Casting
from generator.patterns.pattern import moments
from generator.step import HOUR, Step


@dataclass(frozen=True, slots=True)
class Structuring:
    """One to three accounts pay one account `fewest` to `most` times, each time 1 to 12 % below `limit_cents`."""

    name: str = "structuring"
    limit_cents: int = 100_000
    fewest: int = 4
    most: int = 10
    hours: float = 48.0

    def ring(self, rng: np.random.Generator, casting: Casting, stretch: float) -> Sequence[Step]:
        """No part is at the limit or above."""
        count = int(rng.integers(self.fewest, self.most, endpoint=True))
        receiver, *payers = casting.members(rng, 1 + int(rng.integers(1, 3, endpoint=True)))
        times = moments(rng, count, rng.uniform(0.3, 1.0) * self.hours * HOUR * stretch)
        return [
            Step(at, payers[turn % len(payers)], receiver, int(self.limit_cents * (1 - rng.uniform(0.01, 0.12))))
            for turn, at in enumerate(times)
        ]
