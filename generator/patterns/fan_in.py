"""Many accounts pay one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.casting import Casting
from generator.patterns.pattern import star
from generator.step import HOUR, Step


@dataclass(frozen=True, slots=True)
class FanIn:
    """`fewest` to `most` senders pay a collecting account within up to `hours` hours."""

    name: str = "fan_in"
    fewest: int = 6
    most: int = 20
    hours: float = 36.0

    def ring(self, rng: np.random.Generator, casting: Casting, stretch: float) -> Sequence[Step]:
        """Amounts are alike in half the rings and differ widely in the others."""
        count = int(rng.integers(self.fewest, self.most, endpoint=True))
        collector, senders = star(rng, casting, count, self.hours * HOUR * stretch)
        return [Step(at, sender, collector, cents) for at, sender, cents in senders]
