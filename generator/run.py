"""A stream of generated payments sent to the topic: planned, connected, sent, reported."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from generator.connection import connect
from generator.errors import OptionError
from generator.event_plan import EventPlan, Limits, event_plan, hurried_plan
from generator.options import event_time
from generator.patterns.registry import patterns_named
from generator.report import note, print_summary
from generator.sending import pace_of, send
from generator.settings import GeneratorSettings
from generator.stopping import stop_on_signals
from generator.stream import stream
from generator.truth import TruthFile


@dataclass(frozen=True, slots=True)
class Run:
    """What to generate and for how long.

    `start` is the event time of the beginning (ISO 8601), `behind_days` how long ago it lies; at most one is given.
    """

    settings: GeneratorSettings
    limits: Limits
    start: str | None = None
    behind_days: float | None = None
    patterns: tuple[str, ...] = ()

    def plan(self, now_ms: int) -> EventPlan:
        """When the payments occur.

        Raises:
            OptionError: the options contradict each other.
        """
        rate = self.settings.transactions_per_second
        if self.behind_days is None:
            return event_plan(rate, None if self.start is None else event_time(self.start))
        if self.start is not None:
            raise OptionError("--start and --behind both say when event time begins; give one.")
        return hurried_plan(rate, self.behind_days, self.limits, now_ms)


def run_stream(run: Run, *, truth: Path | None, as_json: bool) -> None:
    """Sends generated payments and prints how it went.

    Raises:
        GeneratorError, MessagingError, SchemasError: as their names say.
    """
    patterns = patterns_named(run.patterns)
    run.plan(time.time_ns() // 1_000_000)  # wrong options show before the broker is asked
    connection = connect(note)
    rate = run.settings.transactions_per_second
    with ExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())
        truths = stack.enter_context(TruthFile(truth)) if truth else None
        send(
            connection,
            stream(run.settings, run.plan(time.time_ns() // 1_000_000), patterns=patterns),
            pace_of(rate),
            run.limits,
            total=run.limits.total(rate),
            stop=stop,
            on_summary=lambda summary: print_summary(summary, connection.topic, as_json=as_json),
            on_truths=truths.write if truths else lambda _: None,
        )
