"""The payments a run sends: generated or from a file, remembered by id, never too far ahead of the readers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

from generator.event_plan import event_plan
from generator.payment_file import PaymentFile
from generator.settings import GeneratorSettings
from generator.stream import stream
from generator.survey import survey
from generator.transactions import Transactions

PAUSE = 0.01
"""Seconds between two looks at how far the readers are."""


class Payments:
    """Blocks of payments on their way, with the ids of all that were given out.

    Args:
        blocks: Where they come from.
        found: How many records the readers have found.
        in_flight: Most payments given out and not found.
        stop: Ends the wait for the readers.
    """

    def __init__(self, blocks: Iterator[Transactions], found: Callable[[], int], in_flight: int, stop: Event) -> None:
        self._blocks = blocks
        self._found = found
        self._in_flight = in_flight
        self._stop = stop
        self._ids: list[str] = []

    def __iter__(self) -> Iterator[Transactions]:
        for block in self._blocks:
            while len(self._ids) - self._found() > self._in_flight and not self._stop.wait(PAUSE):
                pass
            self._ids += block.ids
            yield block

    def ids(self, handed_over: int) -> list[str]:
        """Ids of the first payments handed over; a run hands over in the order given out."""
        return self._ids[:handed_over]


def generated(settings: GeneratorSettings, wall_ns: Callable[[], int]) -> Iterator[Transactions]:
    """Endless blocks whose event times go with the clock, from the moment the first one is asked for."""
    yield from stream(settings, event_plan(settings.transactions_per_second, None, wall_ns))


def replayed(path: Path) -> tuple[Iterator[Transactions], int]:
    """Blocks of a file's payments, event times as they stand there, and how many there are.

    Raises:
        FileError: the file cannot be read, or lacks a column.
        BadRowsError: a row is no payment.
    """
    file = PaymentFile(path)
    found = survey(file, lambda _: None)
    found.refuse_bad(str(path))
    return file.payments(), found.payments
