"""A population, event times and ids put together: an endless stream of blocks."""

from collections.abc import Iterator
from itertools import repeat

import numpy as np

from generator.channels import draw_channels
from generator.event_times import EventTimes
from generator.identifiers import uuids
from generator.population import Population
from generator.transactions import Transactions

BLOCK = 2048
"""Records of a block. It is fixed because the records drawn depend on it: the pace must not change them."""


def blocks(
    population: Population,
    times: EventTimes,
    ids: np.random.Generator,
    currency: str,
    channels: np.random.Generator | None = None,
) -> Iterator[Transactions]:
    """Blocks of `BLOCK` payments without end.

    Args:
        population: Who pays whom how much.
        times: When.
        ids: UUIDs are drawn from it, a stream of its own so that ids say nothing of a payment.
        currency: ISO 4217 code of all payments.
        channels: Channels are drawn from it, a stream of its own; without it no channel is known.
    """
    currencies = list(repeat(currency, BLOCK))
    first = 0
    while True:
        payments = population.payments(BLOCK)
        yield Transactions(
            ids=uuids(ids, BLOCK),
            sources=payments.sources,
            targets=payments.targets,
            amounts=payments.amounts,
            currencies=currencies,
            occurred_at=times.of(first, BLOCK),
            channels=draw_channels(channels, BLOCK) if channels is not None else [],
        )
        first += BLOCK
