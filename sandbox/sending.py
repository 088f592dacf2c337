"""What goes into the pipeline: payments at their pace, and now and then a broken record."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from threading import Event
from types import TracebackType
from typing import Self

from generator.encoding import column_encode
from generator.pacing import Pace
from generator.sending import pace_of
from generator.service import Generation
from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings
from sandbox.account import Account
from sandbox.broken_records import BrokenRecord, broken_records
from sandbox.errors import SandboxError
from sandbox.latencies import Latencies
from sandbox.payments import Payments, Source
from sandbox.pipeline import EmbeddedPipeline
from sandbox.worker import Worker
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.pinned import pinned
from schemas.serdes.serializer import RecordSerializer

UNKNOWN_ID = 2_000_000_000
"""An id that no registry holds."""

FLUSH_SECONDS = 30.0
PAUSE = 0.02
"""Seconds between two looks at how much of the history is found."""


class Sending:
    """The generator, and beside it a source of broken records, each in a thread of its own.

    Delivery: both end by themselves after `stop`; each waits until all it has sent is acknowledged.

    The history goes first, as fast as the readers follow; the clock starts when all of it is found.

    Args:
        pipeline: Where the records go.
        source: Payments.
        rate: Payments a second; 0 or less: as fast as the readers follow.
        in_flight: Most payments sent and not found yet.
        broken_every: Seconds between broken records; 0 sends none.
    """

    def __init__(
        self, pipeline: EmbeddedPipeline, source: Source, *, rate: float, in_flight: int, broken_every: float
    ) -> None:
        client = schema_registry_client(pipeline.addresses.registry)
        self._serializer = RecordSerializer(client, pinned("transactions"), pipeline.topics.subject_of("transactions"))
        self._serializer.prepare()
        self._topic, self._kafka = pipeline.topics.transactions, pipeline.addresses.kafka
        self._other_id = next(o.schema_id or 0 for o in pipeline.registered if o.topic == "dead-letter")
        self._source, self._broken_every = source, broken_every
        self._account, self._discovering = pipeline.account, pipeline.discovering
        self._latencies = pipeline.latencies
        self.stop = Event()
        """Ends both threads soon."""
        self.live = Event()
        """Set when the clock starts: the history, if there is one, is found."""
        self._payments = Payments(
            source.blocks, lambda: _payments_found(pipeline.account), in_flight, self.stop, self._latencies.expect
        )
        self._history, self._generation = self._generator(pace_of(0)), self._generator(pace_of(rate))
        self._seconds: float | None = None
        self._broken: list[str] = []
        self._generated, self._spoilt = Worker("generator", self._generate), Worker("broken-records", self._spoil)

    def _generator(self, pace: Pace) -> Generation:
        return Generation(
            TimedProducer(self._kafka, self._latencies),
            self._topic,
            column_encode(self._serializer),
            pace,
            stop=self.stop,
            on_truths=self._discovering.sent,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop.set()

    def start(self, seconds: float | None) -> None:
        """Begins; ends by itself after `seconds`, or with the payments."""
        self._seconds = seconds
        self._generated.start()
        if self._broken_every > 0:
            self._spoilt.start()

    @property
    def running(self) -> bool:
        """Whether payments are still being sent."""
        return self._generated.running

    @property
    def payments(self) -> int:
        """Payments handed over, the history included."""
        return self._history.summary().handed_over + self._generation.summary().handed_over

    @property
    def since_start(self) -> int:
        """Payments handed over since the clock started."""
        return self._generation.summary().handed_over

    @property
    def sent(self) -> int:
        """Payments handed over and broken records."""
        return self.payments + len(self._broken)

    def end(self) -> None:
        """Stops and waits until all is acknowledged.

        Raises:
            SandboxError, MessagingError, GeneratorError: what went wrong while sending.
        """
        self.stop.set()
        for worker in (self._generated, self._spoilt):
            stopped = worker.join(FLUSH_SECONDS + 5)
            if worker.error is not None:
                raise worker.error
            if not stopped:
                raise SandboxError(f"What was sent is not acknowledged {FLUSH_SECONDS + 5:.0f} s after the end.")

    def ids(self) -> list[str]:
        """Ids of the payments sent; complete after `end`."""
        return self._payments.ids(self.payments)

    def large(self) -> list[str]:
        """Ids of payments since the clock started that the tutorial's rule would flag; complete after `end`."""
        return self._payments.large(self._history.summary().handed_over, self.payments)

    def broken(self) -> list[str]:
        """Keys of the broken records sent; complete after `end`."""
        return list(self._broken)

    def _generate(self) -> None:
        if self._source.history_blocks:
            self._history.run(islice(self._payments, self._source.history_blocks))
            while _payments_found(self._account) < self.payments and not self.stop.wait(PAUSE):
                pass
        self._discovering.begin()
        self._latencies.clear()
        self.live.set()
        if not self.stop.is_set():
            self._generation.run(self._payments, seconds=self._seconds)

    def _spoil(self) -> None:
        """Sends one broken record after the other until the generator has ended."""
        with AcknowledgedProducer(self._kafka) as producer:
            while self._generated.running and not self.stop.wait(self._broken_every):
                if not self.live.is_set():
                    continue
                now_ms = time.time_ns() // 1_000_000
                name, broken = self._next_broken(now_ms)
                producer.produce(self._topic, name.encode(), broken.value, now_ms)
                producer.poll()
                self._broken.append(name)

    def _next_broken(self, now_ms: int) -> tuple[str, BrokenRecord]:
        number = len(self._broken)
        name = f"broken-{number:04d}"
        payment = self._serializer.encode(_payment(name, now_ms))
        kinds = broken_records(payment, other_id=self._other_id, unknown_id=UNKNOWN_ID)
        broken = kinds[number % len(kinds)]
        return f"{name}-{broken.kind}", broken


class TimedProducer(AcknowledgedProducer):
    """Notes when each payment is handed over.

    Delivery: as `AcknowledgedProducer`.
    """

    def __init__(self, kafka: KafkaSettings, latencies: Latencies) -> None:
        super().__init__(kafka)
        self._latencies = latencies

    def produce(self, topic: str, key: bytes | None, value: bytes | None, timestamp_ms: int) -> None:
        """Hands one payment over."""
        self._latencies.hand_over()
        super().produce(topic, key, value, timestamp_ms)


def _payments_found(account: Account) -> int:
    counts = account.counts
    return counts["legit"] + counts["fraud"]


def _payment(name: str, now_ms: int) -> Mapping[str, object]:
    return {
        "id": name,
        "source": name,
        "target": "sandbox",
        "amount": Decimal("1.00"),
        "currency": "EUR",
        "occurred_at": datetime.fromtimestamp(now_ms / 1000, UTC),
        "channel": "UNKNOWN",
    }
