"""The story of the 2018 tutorial: fifty payments of exactly 1000 from fifty accounts in a day, and its near misses."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.casting import Casting
from generator.errors import OptionError
from generator.step import HOUR, Step


@dataclass(frozen=True, slots=True)
class Story:
    """`senders` accounts pay one collector `payments` times in all, evenly over `hours` hours.

    `fraud` is false where the payments are no ring: a near miss, labelled as normal life.
    """

    name: str
    payments: int = 50
    senders: int = 50
    hours: float = 23.0
    lowest_cents: int = 100_000
    highest_cents: int = 100_000
    fraud: bool = True

    def ring(self, rng: np.random.Generator, casting: Casting, stretch: float) -> Sequence[Step]:
        """The payments, each amount drawn anew."""
        collector, *senders = casting.ordinary(rng, self.senders + 1)
        gap = self.hours * HOUR * stretch / (self.payments - 1)
        cents = rng.integers(self.lowest_cents, self.highest_cents, size=self.payments, endpoint=True).tolist()
        return [
            Step(int(turn * gap), senders[turn % self.senders], collector, cents[turn]) for turn in range(self.payments)
        ]


STORIES: tuple[Story, ...] = (
    Story("story_exact"),
    Story("story_jitter", lowest_cents=95_000, highest_cents=105_000),
    Story("story_below", lowest_cents=85_000, highest_cents=89_900),
    Story("story_slower", payments=49, senders=49, hours=26.0),
    Story("story_one_sender", senders=1, fraud=False),
)
"""The cases: exact, within 5 %, 850 to 899 each, 49 senders in 26 hours, one sender fifty times."""


def story_named(name: str) -> Story:
    """The case of this name, with or without `story_` before it.

    Raises:
        OptionError: there is no such case; the message lists those there are.
    """
    cases = {story.name.removeprefix("story_"): story for story in STORIES}
    if name.removeprefix("story_") not in cases:
        raise OptionError(f"No story is called {name!r}; there are {', '.join(cases)}.")
    return cases[name.removeprefix("story_")]
