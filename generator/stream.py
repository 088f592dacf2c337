"""The stream of payments that the settings ask for."""

from collections.abc import Iterator

import numpy as np

from generator.blocks import blocks
from generator.event_times import EventTimes
from generator.population import Population, RandomPopulation, RepeatingPopulation
from generator.settings import GeneratorSettings
from generator.transactions import Transactions


def stream(settings: GeneratorSettings, times: EventTimes) -> Iterator[Transactions]:
    """Endless blocks of payments; the same seed and times give the same records, ids included.

    Args:
        settings: Who pays, from which seed.
        times: When the payments occur.
    """
    drawn, ids = (np.random.default_rng(seed) for seed in np.random.SeedSequence(settings.seed).spawn(2))
    return blocks(_population(settings, drawn), times, ids, settings.currency)


def _population(settings: GeneratorSettings, rng: np.random.Generator) -> Population:
    if settings.population == "random":
        return RandomPopulation(rng)
    return RepeatingPopulation(rng, settings.accounts)
