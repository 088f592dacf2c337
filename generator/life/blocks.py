"""The stream of a society's payments, with rings in it and their truth beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from generator.blocks import BLOCK
from generator.channels import EVERYDAY, PLANNED, draw_channels
from generator.event_times import EventTimes
from generator.identifiers import uuids
from generator.life.everyday import Everyday
from generator.life.habits import habits_of
from generator.life.society import Society
from generator.life.timeline import Injection, Planned, Timeline
from generator.transactions import PER_CENT_OF_UNIT, Transactions
from generator.truth import Truth


@dataclass(frozen=True, slots=True)
class Life:
    """What a society is like: how many accounts, how many payments a day, in which currency."""

    accounts: int
    daily_payments: float
    currency: str = "EUR"


def life_blocks(
    life: Life, injection: Injection, times: EventTimes, seed: np.random.SeedSequence
) -> Iterator[Transactions]:
    """Blocks of payments without end.

    Normal life does not depend on the injection, except for the everyday payments whose slots rings take.

    Raises:
        OptionError: too few accounts.
    """
    people, habits, everyday, rings, ids, channels = (np.random.default_rng(child) for child in seed.spawn(6))
    society = Society.of(people, life.accounts)
    kept = habits_of(society, habits, life.daily_payments)
    timeline = Timeline(kept, society.casting(), injection, habits, rings, after=times.after)
    return _laid(life, timeline, Everyday(society, everyday), times, _Names(ids, channels))


@dataclass(frozen=True, slots=True)
class _Names:
    """Streams of their own for what says nothing of who pays whom."""

    ids: np.random.Generator
    channels: np.random.Generator


def _laid(life: Life, timeline: Timeline, filler: Everyday, times: EventTimes, drawn: _Names) -> Iterator[Transactions]:
    currencies = list(repeat(life.currency, BLOCK))
    first = 0
    while True:
        at = times.of(first, BLOCK)
        payments, names = filler.payments(BLOCK), uuids(drawn.ids, BLOCK)
        channels, planned_channels = (draw_channels(drawn.channels, BLOCK, shares) for shares in (EVERYDAY, PLANNED))
        truths: dict[int, Truth] = {}
        for slot, planned in timeline.due(first, at.tolist()):
            payments.sources[slot], payments.targets[slot] = planned.step.source, planned.step.target
            payments.amounts[slot] = planned.step.cents * PER_CENT_OF_UNIT
            channels[slot] = planned_channels[slot]
            if planned.pattern:
                truths[slot] = _truth(names[slot], planned)
        yield Transactions(
            names, payments.sources, payments.targets, payments.amounts, currencies, at, truths, channels
        )
        first += BLOCK


def _truth(payment: str, planned: Planned) -> Truth:
    return Truth(payment, planned.pattern, planned.ring)
