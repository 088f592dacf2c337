"""The generator's port: what was acknowledged, and whether it goes on."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry

from generator.service import Summary
from generator.settings import HealthSettings
from messaging.http import HealthServer
from messaging.metrics import counter

STALLED_SECONDS = 60.0
"""A run reports several times a second; one that has not for so long is stuck."""


class Health:
    """What the last summary of a run says about it.

    Delivery: counts since the process began; the topic itself is the exact account.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.registry = CollectorRegistry()
        sent = counter(self.registry, "fraud_payments_sent_total", ("outcome",))
        self._acknowledged, self._failed = sent.labels("acknowledged"), sent.labels("failed")
        self._last: Summary | None = None
        self._clock = clock
        self._noted_at = clock()

    def note(self, summary: Summary) -> None:
        """Takes note of how far the run has come."""
        last = self._last
        self._acknowledged.inc(summary.acknowledged - (last.acknowledged if last else 0))
        self._failed.inc(summary.failed - (last.failed if last else 0))
        self._last, self._noted_at = summary, self._clock()

    def stuck(self) -> str | None:
        """None while the run reports, otherwise for how long it has not."""
        silent = self._clock() - self._noted_at
        return None if silent < STALLED_SECONDS else f"no sign of the run for {silent:.0f} s"

    def missing(self) -> str | None:
        """None once the broker has acknowledged a payment and while none has failed, otherwise what is missing."""
        if self._last is None or not self._last.acknowledged:
            return "no payment acknowledged yet"
        return self.stuck() or (f"{self._last.failed} payments not delivered" if self._last.failed else None)


@contextmanager
def health_port(settings: HealthSettings) -> Iterator[Callable[[Summary], None]]:
    """Serves `/metrics`, `/livez` and `/readyz` while the block lasts, where the settings name a port.

    Raises:
        MessagingError: the port is taken.
    """
    health = Health()
    if settings.port < 0:
        yield health.note
        return
    with HealthServer(settings.host, settings.port, health.registry, alive=health.stuck, ready=health.missing):
        yield health.note
