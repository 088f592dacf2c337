"""One run of the sandbox: start, send for a while, wait until everything is found, reconcile."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from generator.settings import GeneratorSettings
from generator.transactions import Transactions
from sandbox.account import Reconciliation
from sandbox.figures import Figures, Rate
from sandbox.payments import generated, replayed
from sandbox.pipeline import EmbeddedPipeline
from sandbox.sending import Sending
from sandbox.settings import SandboxSettings
from sandbox.views import View

LOOK_SECONDS = 0.25
SETTLE_SECONDS = 0.5
"""Records found twice would come within this time after everything was found once."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What is sent, and for how long.

    Args:
        path: CSV of payments; generated ones without it.
        duration: Seconds; None: to the end of the file.
        rate: Payments a second; 0 or less: as fast as the readers follow.
    """

    path: Path | None
    duration: float | None
    rate: float


def run_sandbox(
    settings: SandboxSettings,
    generator: GeneratorSettings,
    options: RunOptions,
    view: Callable[[EmbeddedPipeline], View],
    stop: Event,
) -> tuple[Figures, Reconciliation]:
    """Runs the whole pipeline once.

    Args:
        settings: How it is cut.
        generator: Who pays.
        options: What is sent.
        view: Makes the view once the addresses are known.
        stop: Ends the sending; everything sent is still found and reconciled.

    Returns:
        The last figures, and whether sent and found agree.

    Raises:
        SandboxError, DetectorError, GeneratorError, MessagingError, SchemasError: a part fails.
    """
    blocks = _blocks(generator, options)
    with EmbeddedPipeline(settings) as pipeline:
        sending = Sending(
            pipeline,
            blocks,
            rate=options.rate,
            in_flight=settings.in_flight,
            broken_every=settings.broken_every,
        )
        look = _Look(pipeline, sending, timed=options.path is None)
        with view(pipeline) as shown, sending:
            sending.start(options.duration)
            _watch(lambda: sending.running and not stop.is_set(), pipeline, look, shown)
            sending.end()
            _drain(pipeline, sending, look, shown, settings.drain)
        pipeline.stop_detector()
        return look(), pipeline.account.reconcile(sending.ids(), sending.broken())


class _Look:
    """Takes the figures; remembers the last counts for the rates."""

    def __init__(self, pipeline: EmbeddedPipeline, sending: Sending, *, timed: bool) -> None:
        self._pipeline = pipeline
        self._sending = sending
        self._timed = timed
        self._began = time.monotonic()
        self._sent_rate, self._found_rate = Rate(), Rate()

    def __call__(self) -> Figures:
        seconds = time.monotonic() - self._began
        sent, counts = self._sending.sent, self._pipeline.account.counts
        found = sum(counts.values())
        latencies = self._pipeline.watcher.latencies() if self._timed else ()
        return Figures(
            seconds=seconds,
            sent=sent,
            counts=counts,
            lag=max(0, sent - found),
            sent_rate=self._sent_rate.look(seconds, sent),
            found_rate=self._found_rate.look(seconds, found),
            latency=(latencies[len(latencies) // 2], latencies[len(latencies) * 99 // 100]) if latencies else None,
            reasons=dict(self._pipeline.watcher.reasons),
            flagged=tuple(self._pipeline.watcher.flagged),
        )


def _blocks(generator: GeneratorSettings, options: RunOptions) -> Iterator[Transactions]:
    if options.path is not None:
        return replayed(options.path)[0]
    return generated(generator.model_copy(update={"transactions_per_second": options.rate}), time.time_ns)


def _watch(going: Callable[[], bool], pipeline: EmbeddedPipeline, look: _Look, shown: View) -> None:
    pause = Event()
    while going():
        pipeline.check()
        shown.show(look())
        pause.wait(LOOK_SECONDS)
    shown.show(look())


def _drain(pipeline: EmbeddedPipeline, sending: Sending, look: _Look, shown: View, seconds: float) -> None:
    """Waits until all that was sent is found, then a moment longer for what would come twice."""
    deadline = time.monotonic() + seconds
    _watch(lambda: pipeline.account.found < sending.sent and time.monotonic() < deadline, pipeline, look, shown)
    Event().wait(SETTLE_SECONDS)
