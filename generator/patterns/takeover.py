"""An account is taken over and emptied."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.casting import Casting
from generator.patterns.pattern import moments
from generator.step import MINUTE, Step


@dataclass(frozen=True, slots=True)
class Takeover:
    """An ordinary account pays `fewest` to `most` times within `minutes` minutes, to payees it never paid.

    The first payment is a small trial; those that follow are two to eight times what the account usually pays.
    """

    name: str = "takeover"
    fewest: int = 4
    most: int = 9
    minutes: float = 120.0

    def ring(self, rng: np.random.Generator, casting: Casting, stretch: float) -> Sequence[Step]:
        """Two or three mules take all of it."""
        (victim,) = casting.ordinary(rng, 1)
        mules = casting.fresh(rng, int(rng.integers(2, 3, endpoint=True)))
        usual = casting.usual_cents(victim)
        times = moments(rng, int(rng.integers(self.fewest, self.most, endpoint=True)), self.minutes * MINUTE * stretch)
        trial, *drains = times
        drawn = rng.integers(len(mules), size=len(drains)).tolist()
        return [
            Step(trial, victim, mules[0], int(rng.integers(100, 500))),
            *(
                Step(at, victim, mules[mule], round(usual * rng.uniform(2, 8)))
                for at, mule in zip(drains, drawn, strict=True)
            ),
        ]
