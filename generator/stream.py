"""The stream of payments that the settings ask for."""

from collections.abc import Iterator, Sequence

import numpy as np

from generator.blocks import blocks
from generator.event_plan import EventPlan
from generator.life.blocks import Life, life_blocks
from generator.life.timeline import Injection
from generator.patterns.pattern import Pattern
from generator.patterns.registry import PATTERNS
from generator.population import Population, RandomPopulation, RepeatingPopulation
from generator.settings import GeneratorSettings
from generator.transactions import Transactions


def stream(
    settings: GeneratorSettings,
    plan: EventPlan,
    *,
    patterns: Sequence[Pattern] = PATTERNS,
    calm: int = 0,
    starts: Sequence[int] | None = None,
) -> Iterator[Transactions]:
    """Endless blocks of payments; the same seed and times give the same records, ids included.

    Args:
        settings: Who pays, from which seed.
        plan: When the payments occur.
        patterns: Patterns that are injected into the population `life`.
        calm: Payments before the first ring.
        starts: Numbers of the payments at which rings begin, instead of chance.

    Raises:
        OptionError: the population does not fit its settings.
    """
    seed = np.random.SeedSequence(settings.seed)
    if settings.population == "life":
        injection = Injection(patterns, settings.fraud_share, settings.ring_stretch, calm, starts)
        return life_blocks(Life(settings.accounts, plan.daily_payments, settings.currency), injection, plan.times, seed)
    drawn, ids, channels = (np.random.default_rng(child) for child in seed.spawn(3))
    # the tutorial's records say nothing of a channel
    known = None if settings.population == "random" else channels
    return blocks(_population(settings, drawn), plan.times, ids, settings.currency, known)


def _population(settings: GeneratorSettings, rng: np.random.Generator) -> Population:
    if settings.population == "random":
        return RandomPopulation(rng)
    return RepeatingPopulation(rng, settings.accounts)
