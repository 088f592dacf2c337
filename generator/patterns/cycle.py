"""Money returns to where it came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from generator.casting import Casting
from generator.patterns.pattern import base_cents
from generator.step import HOUR, MINUTE, Step


@dataclass(frozen=True, slots=True)
class Cycle:
    """A sum goes round `fewest` to `most` accounts, each hop minutes to `hop_hours` hours after the one before."""

    name: str = "cycle"
    fewest: int = 3
    most: int = 8
    hop_hours: float = 8.0

    def ring(self, rng: np.random.Generator, casting: Casting, stretch: float) -> Sequence[Step]:
        """Every account keeps up to a tenth."""
        members = casting.members(rng, int(rng.integers(self.fewest, self.most, endpoint=True)))
        at, cents = 0, float(base_cents(rng))
        steps = []
        for source, target in pairwise([*members, members[0]]):
            steps.append(Step(at, source, target, max(1, round(cents))))
            at += int(rng.uniform(10 * MINUTE, self.hop_hours * HOUR) * stretch)
            cents *= rng.uniform(0.9, 1.0)
        return steps
