"""One flagged record: told, kept quiet, or written off."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from confluent_kafka import Message

from detector.alerts.alert import Alert, alert_of
from detector.alerts.delivery import Delivery
from detector.alerts.errors import UndeliverableError
from detector.alerts.letters import AlertDeadLetters
from detector.alerts.metrics import AlertMetrics
from detector.alerts.quiet import QuietEpisodes
from schemas.errors import RecordError

LEVELS = ("UNKNOWN", "REVIEW", "BLOCK")
"""From least to most grave, as in the contract."""


class Teller:
    """Decides about flagged records in log order and hands alerts to every sink at once.

    Delivery: at least once to each sink; `finish` returns when every sink has taken the alert or its dead letter is
    acknowledged, and only then may the offset be committed.
    """

    def __init__(
        self,
        decode: Callable[[bytes | None], Mapping[str, Any]],
        deliveries: Sequence[Delivery],
        letters: AlertDeadLetters,
        quiet: QuietEpisodes,
        *,
        minimum_level: str,
        metrics: AlertMetrics,
    ) -> None:
        self._decode = decode
        self._deliveries = deliveries
        self._letters = letters
        self._quiet = quiet
        self._minimum = LEVELS.index(minimum_level)
        self._metrics = metrics
        self._pool = ThreadPoolExecutor(max_workers=max(1, len(deliveries)), thread_name_prefix="alert-sink")

    def fold(self, record: Message) -> None:
        """Remembers a record that was decided on before the last restart.

        Raises:
            RegistryUnreachableError: the record's schema cannot be asked for now.
        """
        try:
            alert = alert_of(self._decode(record.value()))
        except RecordError:
            return
        if self._grave(alert):
            self._quiet.tell(record.partition() or 0, alert.episodes, record.timestamp()[1])

    def begin(self, record: Message) -> Mapping[str, Future[int]]:
        """Starts telling one record; an empty mapping when there is nothing to tell.

        Raises:
            RegistryUnreachableError: the record's schema cannot be asked for now; nothing was decided.
        """
        try:
            alert = alert_of(self._decode(record.value()))
        except RecordError as error:
            self._metrics.read.labels("unreadable").inc()
            self._letters.write(record, error, stage="decode")
            return {}
        if not self._grave(alert):
            self._metrics.read.labels("below_level").inc()
            return {}
        if not self._quiet.tell(record.partition() or 0, alert.episodes, record.timestamp()[1]):
            self._metrics.read.labels("quiet").inc()
            return {}
        self._metrics.read.labels("told").inc()
        return {one.sink.name: self._pool.submit(one.deliver, alert) for one in self._deliveries}

    def finish(self, record: Message, told: Mapping[str, Future[int]]) -> None:
        """Waits for every sink; what one did not take becomes a dead letter.

        Raises:
            DeliveryStoppedError: the process is asked to stop before a sink took the alert.
        """
        for sink, future in told.items():
            try:
                tries = future.result()
            except UndeliverableError as error:
                self._metrics.undeliverable.labels(sink).inc()
                self._letters.write(record, error, stage=f"alert:{sink}", reason="DELIVERY")
            else:
                self._metrics.delivered.labels(sink).inc()
                self._metrics.tries.labels(sink).inc(tries)

    def close(self) -> None:
        """Ends the threads and closes the sinks."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for one in self._deliveries:
            one.sink.close()

    def _grave(self, alert: Alert) -> bool:
        return LEVELS.index(alert.level) >= self._minimum if alert.level in LEVELS else True
