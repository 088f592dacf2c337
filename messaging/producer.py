"""A producer that knows what was acknowledged."""

from types import TracebackType

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from messaging.clients import make_producer
from messaging.errors import DeliveryError, MessagingError
from messaging.foreign import translated
from messaging.settings import KafkaSettings

PARTITIONER = "murmur2_random"
"""The JVM clients' partitioner; librdkafka's own default (CRC32) would break co-partitioning with them."""

ANY_PARTITION = -1
"""The partitioner decides."""

_POLL_EVERY = 1000
"""Records between two looks for delivery reports: reports are few, only failures are reported."""


class AcknowledgedProducer:
    """Writes records with acks=all, in order, without duplicates, and counts what the broker has acknowledged.

    Args:
        settings: Where Kafka is.
        queue_records: Most records in the library's queue; `produce` waits while it is full.

    Delivery: idempotent, so a retry inside the library writes nothing twice; a crash loses what is in the queue, which
    was never counted as acknowledged, and a second run writes it again. `failed` counts what the broker did not take.
    """

    def __init__(self, settings: KafkaSettings, *, queue_records: int = 100_000) -> None:
        self._producer: Producer = make_producer(
            {
                "linger.ms": 10,
                "batch.size": 1_000_000,
                **settings.properties,
                "enable.idempotence": True,
                "acks": "all",
                "partitioner": PARTITIONER,
                "queue.buffering.max.messages": queue_records,
                "delivery.report.only.error": True,
                "on_delivery": self._report,
            }
        )
        self._handed_over = 0
        self._failed = 0
        self._acknowledged = 0
        self._first_failure: MessagingError | None = None

    @property
    def acknowledged(self) -> int:
        """Records the broker has acknowledged; what is on its way does not count.

        The library's queue also holds reports about the client itself, so its length says how many records are on their
        way at most: what has been told once stands.
        """
        self._acknowledged = max(self._acknowledged, self._handed_over - self._failed - len(self._producer))
        return self._acknowledged

    @property
    def failed(self) -> int:
        """Records that were not delivered and will not be."""
        return self._failed

    @property
    def first_failure(self) -> MessagingError | None:
        """Why the first failed record failed."""
        return self._first_failure

    def produce(self, topic: str, key: bytes | None, value: bytes | None, timestamp_ms: int) -> None:
        """Hands one record over; waits while the queue is full.

        Raises:
            MessagingError: the library takes no record any more, for example after a fatal error.
        """
        while True:
            try:
                # By position: keywords would cost a third of the call.
                self._producer.produce(topic, value, key, ANY_PARTITION, None, None, timestamp_ms)
                break
            except BufferError:
                self._producer.poll(0.1)
            except KafkaException as error:
                raise translated(error, f"producing to {topic}", topic=topic) from error
        self._handed_over += 1
        if self._handed_over % _POLL_EVERY == 0:
            self._producer.poll(0)

    def poll(self) -> None:
        """Takes note of delivery reports; worth a call now and then where records are few."""
        self._producer.poll(0)

    def flush(self, seconds: float = 30.0) -> None:
        """Waits until every record handed over is acknowledged or has failed.

        Raises:
            DeliveryError: records are still on their way after `seconds`, or records have failed.
        """
        left = self._producer.flush(seconds)
        if left:
            raise DeliveryError(f"{left} records were not acknowledged within {seconds:.0f} s. Is the broker running?")
        if self._failed:
            raise DeliveryError(f"{self._failed} records were not delivered. The first: {self._first_failure}")

    def close(self, seconds: float = 30.0) -> None:
        """Flushes; raises as `flush`."""
        self.flush(seconds)

    def __enter__(self) -> "AcknowledgedProducer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()

    def _report(self, error: KafkaError | None, message: Message) -> None:
        if error is None:
            return
        self._failed += 1
        if self._first_failure is None:
            self._first_failure = translated(error, f"producing to {message.topic()}", topic=message.topic())
