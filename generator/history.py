"""A labelled history of payments made offline: normal life with rings in it, for evaluation with any seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from generator.errors import OptionError
from generator.event_times import DailyRhythm
from generator.life.blocks import Life, life_blocks
from generator.life.timeline import Injection
from generator.patterns.pattern import Pattern
from generator.patterns.registry import PATTERNS
from generator.patterns.story import STORIES, Story
from generator.transactions import Transactions
from generator.truth import Truth

END_MARGIN_DAYS = 2.0
"""No story begins this shortly before the end: each is to be there whole."""

NEAR_MISSES = frozenset(story.name for story in STORIES if not story.fraud)
CENTS = pl.Decimal(38, 2)


@dataclass(frozen=True, slots=True)
class History:
    """What a history is to hold.

    Args:
        seed: The same seed and the same other fields give the same history.
        begin_ms: Event time of the beginning, in milliseconds since 1970.
        days: How many days it spans.
        per_day: Payments a day.
        accounts: Accounts of the population.
        fraud_share: Share of the payments that belong to rings drawn by chance.
        ring_stretch: Multiplies the time a ring takes.
        calm_days: Days before the first ring.
        patterns: Patterns of the rings drawn by chance.
        story: A case of the tutorial's story to inject instead, `story_rings` times at even distances.
        story_rings: How often.
        currency: Currency of all payments.
    """

    seed: int
    begin_ms: int
    days: float = 60.0
    per_day: float = 600.0
    accounts: int = 5000
    fraud_share: float = 0.02
    ring_stretch: float = 1.0
    calm_days: float = 0.0
    patterns: Sequence[Pattern] = field(default=PATTERNS)
    story: Story | None = None
    story_rings: int = 20
    currency: str = "EUR"

    @property
    def payments(self) -> int:
        """How many payments the history has."""
        return int(self.days * self.per_day)

    def _starts(self) -> list[int] | None:
        if self.story is None:
            return None
        first, last = int(self.calm_days * self.per_day), int((self.days - END_MARGIN_DAYS) * self.per_day)
        if last <= first:
            raise OptionError(f"A story needs {END_MARGIN_DAYS + self.calm_days} days or more, not {self.days}.")
        return [first + (last - first) * ring // self.story_rings for ring in range(self.story_rings)]

    def frames(self) -> Iterator[pl.DataFrame]:
        """The history in order of time, in frames with label, scenario and ring beside the contract's columns.

        Raises:
            OptionError: the fields contradict each other.
        """
        injection = Injection(
            patterns=self.patterns if self.story is None else (self.story,),
            share=self.fraud_share,
            stretch=self.ring_stretch,
            after=int(self.calm_days * self.per_day),
            starts=self._starts(),
        )
        life = Life(self.accounts, self.per_day, self.currency)
        times = DailyRhythm(self.begin_ms, self.per_day)
        left = self.payments
        for block in life_blocks(life, injection, times, np.random.SeedSequence(self.seed)):
            yield labelled(block.head(left))
            left -= len(block)
            if left <= 0:
                return


def labelled(block: Transactions) -> pl.DataFrame:
    """A block with its truth: label 1 and scenario and ring for fraud, label 0 for normal life and near misses."""
    normal = Truth("", "", "")
    truths = [block.truths.get(row, normal) for row in range(len(block))]
    frame = block.frame().drop("channel")  # a payment file has the columns that every bank can give
    return frame.with_columns(
        frame["amount"].cast(CENTS),
        frame["occurred_at"].dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"),
        pl.Series("label", [int(bool(one.pattern) and one.pattern not in NEAR_MISSES) for one in truths]),
        pl.Series("scenario", [one.pattern or None for one in truths], dtype=pl.String),
        pl.Series("ring", [one.ring or None for one in truths], dtype=pl.String),
    )
