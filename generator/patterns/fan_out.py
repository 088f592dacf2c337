"""One account pays many."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.casting import Casting
from generator.patterns.pattern import star
from generator.step import HOUR, Step


@dataclass(frozen=True, slots=True)
class FanOut:
    """A distributing account pays `fewest` to `most` receivers within up to `hours` hours."""

    name: str = "fan_out"
    fewest: int = 6
    most: int = 20
    hours: float = 36.0

    def ring(self, rng: np.random.Generator, casting: Casting, stretch: float) -> Sequence[Step]:
        """Amounts are alike in half the rings and differ widely in the others."""
        count = int(rng.integers(self.fewest, self.most, endpoint=True))
        distributor, receivers = star(rng, casting, count, self.hours * HOUR * stretch)
        return [Step(at, distributor, receiver, cents) for at, receiver, cents in receivers]
