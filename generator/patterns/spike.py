"""An account pays far more than it ever does."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.casting import Casting
from generator.patterns.pattern import moments
from generator.step import HOUR, Step


@dataclass(frozen=True, slots=True)
class Spike:
    """One or two payments of `low` to `high` times what the account usually pays, to a payee it never paid."""

    name: str = "spike"
    low: float = 8.0
    high: float = 20.0
    hours: float = 6.0

    def ring(self, rng: np.random.Generator, casting: Casting, stretch: float) -> Sequence[Step]:
        """The victim is an ordinary account, the payee any."""
        (victim,) = casting.ordinary(rng, 1)
        (payee,) = casting.fresh(rng, 1)
        usual = casting.usual_cents(victim)
        times = moments(rng, int(rng.integers(1, 2, endpoint=True)), self.hours * HOUR * stretch)
        return [Step(at, victim, payee, round(usual * rng.uniform(self.low, self.high))) for at in times]
