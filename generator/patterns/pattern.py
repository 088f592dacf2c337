"""What a pattern is, and what patterns draw alike."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from generator.casting import Casting
from generator.step import Step


class Pattern(Protocol):
    """A way to move money that a detector is to find; pure: all it draws comes from `rng`."""

    @property
    def name(self) -> str:
        """Name in the truth, in lower case with underscores."""
        ...

    def ring(self, rng: np.random.Generator, casting: Casting, stretch: float) -> Sequence[Step]:
        """The payments of one ring in order of time.

        Args:
            rng: Source of all chance.
            casting: Gives the members.
            stretch: Multiplies every span of time: 1 for rings of hours, 10 for slow ones.
        """
        ...


def moments(rng: np.random.Generator, count: int, span_ms: float) -> list[int]:
    """`count` moments within `span_ms`, ascending; the first is 0."""
    drawn = np.sort(rng.random(count)) * span_ms
    return [int(moment - drawn[0]) for moment in drawn]


def about(rng: np.random.Generator, cents: float, tolerance: float) -> int:
    """An amount within `tolerance` (a share) of `cents`, at least one."""
    return max(1, round(cents * rng.uniform(1 - tolerance, 1 + tolerance)))


def base_cents(rng: np.random.Generator) -> int:
    """What a ring moves at once: 30.00 to 950.00, small sums as often as large ones, as ordinary payments are."""
    return int(np.exp(rng.uniform(np.log(3_000), np.log(95_000))))
