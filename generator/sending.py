"""A stream or a file sent through a connection, with progress and a clean stop."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack

from generator.connection import Connection
from generator.event_plan import Limits
from generator.health import health_port
from generator.pacing import FlatOut, Pace, SteadyPace
from generator.progress import sending_bar
from generator.service import AHEAD_MS, Generation, Summary
from generator.settings import HealthSettings
from generator.stopping import Stop
from generator.transactions import Transactions
from generator.truth import Truth
from schemas.environment import from_environment


def pace_of(rate: float) -> Pace:
    """The pace for `rate` records per second; 0 or less: flat-out."""
    return SteadyPace(rate) if rate > 0 else FlatOut()


def send(
    connection: Connection,
    blocks: Iterable[Transactions],
    pace: Pace,
    limits: Limits,
    *,
    total: int | None,
    stop: Stop,
    on_summary: Callable[[Summary], None],
    on_truths: Callable[[Iterable[Truth]], None] = lambda _: None,
    ahead_ms: int | None = AHEAD_MS,
) -> None:
    """Sends `blocks` with a bar on the terminal; `on_summary` gets the final figures however it ends.

    Raises:
        MessagingError: records were not delivered.
        GeneratorError: what `blocks` raises.
    """
    with ExitStack() as stack:
        bar = stack.enter_context(sending_bar(total))
        note = stack.enter_context(health_port(from_environment(HealthSettings)))

        def on_progress(summary: Summary) -> None:
            bar(summary)
            note(summary)

        generation = Generation(
            connection.producer(),
            connection.topic,
            connection.encode,
            pace,
            stop=stop,
            give_up=stop.give_up,
            ahead_ms=ahead_ms,
            on_progress=on_progress,
            on_truths=on_truths,
        )
        stack.callback(lambda: on_summary(generation.summary()))
        generation.run(blocks, count=limits.count, seconds=limits.seconds)
