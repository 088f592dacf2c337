"""Money comes in and leaves at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.casting import Casting
from generator.patterns.pattern import about, base_cents, moments
from generator.step import HOUR, MINUTE, Step


@dataclass(frozen=True, slots=True)
class PassThrough:
    """A mule gets two to five payments and passes most of the sum on in one to three, within `hours` hours."""

    name: str = "pass_through"
    hours: float = 24.0

    def ring(self, rng: np.random.Generator, casting: Casting, stretch: float) -> Sequence[Step]:
        """Between 80 and 98 % is passed on; the share differs from ring to ring."""
        deposits, payouts = int(rng.integers(2, 5, endpoint=True)), int(rng.integers(1, 3, endpoint=True))
        mule, *others = casting.members(rng, 1 + deposits + payouts)
        span = self.hours * HOUR * stretch / 2
        incoming = [
            Step(at, other, mule, about(rng, base_cents(rng), 0.3))
            for at, other in zip(moments(rng, deposits, span), others[:deposits], strict=True)
        ]
        first_out = incoming[-1].after_ms + int(rng.uniform(5 * MINUTE, max(span, 6 * MINUTE)))
        shares = rng.dirichlet(np.full(payouts, 8.0)) * rng.uniform(0.80, 0.98) * sum(step.cents for step in incoming)
        outgoing = [
            Step(first_out + at, mule, other, max(1, int(cents)))
            for at, other, cents in zip(moments(rng, payouts, span / 4), others[deposits:], shares, strict=True)
        ]
        return [*incoming, *outgoing]
