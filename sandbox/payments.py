"""The payments on their way through a run: remembered by id, never too far ahead of the readers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event

import numpy as np

from generator.transactions import AMOUNT_SCALE, Transactions

PAUSE = 0.01
"""Seconds between two looks at how far the readers are."""

TUTORIAL_AMOUNT = 900
"""The tutorial's rule: an amount from here on is fraud."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a run sends.

    Args:
        blocks: Payments.
        history_blocks: How many of the blocks come before the clock starts, for the rules to learn from.
        history: Payments in them.
        labelled: Whether the truth about the payments is known.
        hurry: How many times faster than the clock event time goes; 0: not known.
    """

    blocks: Iterator[Transactions]
    history_blocks: int = 0
    history: int = 0
    labelled: bool = False
    hurry: float = 0.0


@dataclass(slots=True)
class Payments:
    """Blocks of payments on their way, with the ids of all that were given out.

    Args:
        blocks: Where they come from.
        found: How many payments the readers have found.
        in_flight: Most payments given out and not found.
        stop: Ends the wait for the readers.
        expected: Called with the ids of each block before it is given out.
    """

    blocks: Iterator[Transactions]
    found: Callable[[], int]
    in_flight: int
    stop: Event
    expected: Callable[[list[str]], None] = lambda _: None
    _ids: list[str] = field(default_factory=list)
    _large: list[int] = field(default_factory=list)

    def __iter__(self) -> Iterator[Transactions]:
        return self

    def __next__(self) -> Transactions:
        block = next(self.blocks)
        while len(self._ids) - self.found() > self.in_flight and not self.stop.wait(PAUSE):
            pass
        large = np.flatnonzero(block.amounts >= TUTORIAL_AMOUNT * 10**AMOUNT_SCALE) + len(self._ids)
        self._large += large.tolist()
        self._ids += block.ids
        self.expected(block.ids)
        return block

    def ids(self, handed_over: int) -> list[str]:
        """Ids of the first payments handed over; a run hands over in the order given out."""
        return self._ids[:handed_over]

    def large(self, first: int, handed_over: int) -> list[str]:
        """Ids of the payments `first` to `handed_over` that the tutorial's rule would flag."""
        return [self._ids[place] for place in self._large if first <= place < handed_over]
