"""One run of the sandbox: start, send for a while, wait until everything is found, reconcile."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from sandbox.account import Reconciliation
from sandbox.detecting import Rules
from sandbox.figures import Figures, Rate
from sandbox.payments import Source
from sandbox.pipeline import EmbeddedPipeline
from sandbox.sending import Sending
from sandbox.settings import SandboxSettings
from sandbox.tutorial_rule import TutorialRule
from sandbox.views import View

LOOK_SECONDS = 0.25
SETTLE_SECONDS = 0.5
"""Records found twice would come within this time after everything was found once."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run went: the last figures, whether sent and found agree, what the tutorial's rule would have flagged."""

    figures: Figures
    account: Reconciliation
    tutorial: TutorialRule


@dataclass(frozen=True, slots=True)
class Send:
    """What is sent: payments at a rate a second (0 or less: as fast as the readers follow), for some seconds."""

    source: Source
    rate: float
    duration: float | None


def run_sandbox(
    settings: SandboxSettings, rules: Rules, send: Send, view: Callable[[EmbeddedPipeline], View], stop: Event
) -> Outcome:
    """Runs the whole pipeline once.

    Args:
        settings: How it is cut.
        rules: What the detector judges by.
        send: What is sent.
        view: Makes the view once the addresses are known.
        stop: Ends the sending; everything sent is still found and reconciled.

    Raises:
        SandboxError, DetectorError, GeneratorError, MessagingError, SchemasError: a part fails.
    """
    with EmbeddedPipeline(settings, rules) as pipeline:
        sending = Sending(
            pipeline,
            send.source,
            rate=send.rate,
            in_flight=settings.in_flight,
            broken_every=settings.broken_every,
        )
        look = _Look(pipeline, sending, send.source)
        with view(pipeline) as shown, sending:
            sending.start(send.duration)
            _watch(lambda: sending.running and not stop.is_set(), pipeline, look, shown)
            sending.end()
            _drain(pipeline, sending, look, shown, settings.drain)
        pipeline.stop_detector()
        account = pipeline.account.reconcile(sending.ids(), sending.broken())
        return Outcome(look(), account, TutorialRule.of(sending.large(), pipeline.discovering.fraud()))


class _Look:
    """Takes the figures; remembers the last counts for the rates."""

    def __init__(self, pipeline: EmbeddedPipeline, sending: Sending, source: Source) -> None:
        self._pipeline = pipeline
        self._sending = sending
        self._source = source
        self._began = time.monotonic()
        self._live_since: float | None = None
        self._sent_rate, self._found_rate = Rate(), Rate()

    def __call__(self) -> Figures:
        now, live = time.monotonic(), self._sending.live.is_set()
        if live and self._live_since is None:
            self._live_since = now
            self._sent_rate, self._found_rate = Rate(), Rate()
        sent, counts = self._sending.sent, self._pipeline.account.counts
        found = sum(counts.values())
        return Figures(
            seconds=0.0 if self._live_since is None else now - self._live_since,
            sent=sent,
            counts=counts,
            lag=max(0, sent - found),
            sent_rate=self._sent_rate.look(now - self._began, sent),
            found_rate=self._found_rate.look(now - self._began, found),
            latency=self._pipeline.latencies.middle_and_worst(),
            reasons=dict(self._pipeline.watcher.reasons),
            latest=self._pipeline.watcher.latest.now(),
            payments=self._sending.since_start,
            learning=0 if live else self._source.history,
            hurry=self._source.hurry,
            discoveries=self._pipeline.discovering.now() if self._source.labelled else None,
        )


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
