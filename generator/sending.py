"""A stream or a file sent through a connection, with progress and a clean stop."""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass

from generator.connection import Connection
from generator.errors import OptionError
from generator.event_times import ClockTimes, EventTimes, ScheduledTimes
from generator.pacing import FlatOut, Pace, SteadyPace
from generator.progress import sending_bar
from generator.service import Generation, Summary
from generator.settings import GeneratorSettings
from generator.transactions import Transactions

FLAT_OUT_RATE = 1000.0
"""Event time of a flat-out run with a given start: payments per second of event time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run ends by itself: after `count` records or `seconds`, whichever comes first; None: never."""

    count: int | None = None
    seconds: float | None = None

    def total(self, rate: float) -> int | None:
        """Records to expect at `rate` per second; None where nobody knows."""
        timed = None if self.seconds is None or rate <= 0 else int(self.seconds * rate)
        return min((limit for limit in (self.count, timed) if limit is not None), default=None)


def pace_of(rate: float) -> Pace:
    """The pace for `rate` records per second; 0 or less: flat-out."""
    return SteadyPace(rate) if rate > 0 else FlatOut()


def times_of(
    settings: GeneratorSettings, start_ms: int | None, wall_ns: Callable[[], int] = time.time_ns
) -> EventTimes:
    """Event times of a run: from `start_ms` at the rate of the settings, or from the clock's present.

    Raises:
        OptionError: `start_ms` lies before 1970.
    """
    rate = settings.transactions_per_second
    if start_ms is None:
        return ScheduledTimes(wall_ns() // 1_000_000, rate) if rate > 0 else ClockTimes(wall_ns)
    if start_ms < 0:
        raise OptionError("--start lies before 1970; Kafka has no such timestamps.")
    return ScheduledTimes(start_ms, rate if rate > 0 else FLAT_OUT_RATE)


def send(
    connection: Connection,
    blocks: Iterable[Transactions],
    pace: Pace,
    limits: Limits,
    *,
    total: int | None,
    stop: threading.Event,
    on_summary: Callable[[Summary], None],
) -> None:
    """Sends `blocks` with a bar on the terminal; `on_summary` gets the final figures however it ends.

    Raises:
        MessagingError: records were not delivered.
        GeneratorError: what `blocks` raises.
    """
    with ExitStack() as stack:
        bar = stack.enter_context(sending_bar(total))
        generation = Generation(
            connection.producer(), connection.topic, connection.encode, pace, stop=stop, on_progress=bar
        )
        stack.callback(lambda: on_summary(generation.summary()))
        generation.run(blocks, count=limits.count, seconds=limits.seconds)
