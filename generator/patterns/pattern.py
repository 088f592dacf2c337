"""What a pattern is, and what patterns draw alike."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

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


class Dealing(NamedTuple):
    """What one member of a star has to do with the account in the middle."""

    at: int
    member: str
    cents: int


def star(rng: np.random.Generator, casting: Casting, count: int, span_ms: float) -> tuple[str, list[Dealing]]:
    """An account in the middle, and `count` others in order of time.

    Amounts are alike in half the stars and differ widely in the others; a star takes a fifth of the span to all of it.
    """
    middle, *members = casting.members(rng, count + 1)
    cents, tolerance = base_cents(rng), 0.08 if rng.random() < 0.5 else 0.6
    times = moments(rng, count, rng.uniform(0.2, 1.0) * span_ms)
    return middle, [
        Dealing(at, member, about(rng, cents, tolerance)) for at, member in zip(times, members, strict=True)
    ]


def about(rng: np.random.Generator, cents: float, tolerance: float) -> int:
    """An amount within `tolerance` (a share) of `cents`, at least one."""
    return max(1, round(cents * rng.uniform(1 - tolerance, 1 + tolerance)))


def base_cents(rng: np.random.Generator) -> int:
    """What a ring moves at once: 30.00 to 950.00, small sums as often as large ones, as ordinary payments are."""
    return int(np.exp(rng.uniform(np.log(3_000), np.log(95_000))))
