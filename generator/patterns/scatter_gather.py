"""One account pays many, and these pay one other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.casting import Casting
from generator.patterns.pattern import about, base_cents, moments
from generator.step import HOUR, MINUTE, Step


@dataclass(frozen=True, slots=True)
class ScatterGather:
    """A sum is scattered over `fewest` to `most` accounts and gathered again on another, `hours` hours each way."""

    name: str = "scatter_gather"
    fewest: int = 3
    most: int = 10
    hours: float = 24.0

    def ring(self, rng: np.random.Generator, casting: Casting, stretch: float) -> Sequence[Step]:
        """Each go-between pays after it was paid, and keeps up to a tenth."""
        count = int(rng.integers(self.fewest, self.most, endpoint=True))
        origin, collector, *between = casting.members(rng, count + 2)
        span, cents = self.hours * HOUR * stretch, base_cents(rng)
        scattered = [
            Step(at, origin, member, about(rng, cents, 0.2))
            for at, member in zip(moments(rng, count, span), between, strict=True)
        ]
        gathered = [
            Step(
                step.after_ms + int(rng.uniform(10 * MINUTE * stretch, span)),
                step.target,
                collector,
                max(1, round(step.cents * rng.uniform(0.9, 1.0))),
            )
            for step in scattered
        ]
        return sorted([*scattered, *gathered])
