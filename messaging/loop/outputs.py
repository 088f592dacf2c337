"""What a processor sends, through the one transactional producer."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat

from confluent_kafka import KafkaException, Producer

from messaging.errors import MessagingError, TransactionAbortedError
from messaging.foreign import kafka_error, name_of, translated
from messaging.loop.envelopes import Envelopes, Headers
from messaging.producer import ANY_PARTITION

_FULL_QUEUE_WAIT = 0.05
"""Seconds to serve the producer before a record is offered again to its full queue."""

_APART_WAIT = 10.0
"""Seconds for a batch of one record; a broker that is away longer shows when the transaction ends."""

NOW = 0
"""As a timestamp: the time of sending."""


class Outputs:
    """Sends records in the open transaction, of legit, fraud and dead letters alike: one producer, one transaction.

    Delivery: what was sent is visible to `read_committed` readers when the transaction commits, and never otherwise.
    No delivery reports are asked for: a failed delivery makes the transaction uncommittable, and so its work is done
    again.
    """

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        self._produce = producer.produce
        self._apart = False

    def send(  # noqa: PLR0917 in the order of the client's own produce
        self,
        topic: str,
        value: bytes | None,
        key: bytes | None,
        timestamp_ms: int,
        headers: Headers | None = None,
        partition: int = ANY_PARTITION,
    ) -> None:
        """Sends one record.

        Raises:
            RecordRefusedError: the record is larger than the client may send.
            TransactionAbortedError: the transaction has already failed.
        """
        while True:
            try:
                self._produce(topic, value, key, partition, None, None, timestamp_ms, headers)  # type: ignore[arg-type]  # header values may be None
            except BufferError:
                self._producer.poll(_FULL_QUEUE_WAIT)
            except KafkaException as error:
                raise _sending_error(error, topic) from error
            else:
                if self._apart:
                    self._producer.flush(_APART_WAIT)
                return

    @contextmanager
    def one_by_one(self) -> Iterator[None]:
        """Inside, each record goes to the broker in a batch of its own, since a broker measures whole batches: what
        goes through so is refused for no other record's sake.
        """
        self._apart = True
        try:
            yield
        finally:
            self._apart = False

    def forward(self, topic: str, envelopes: Envelopes, values: Sequence[bytes | None]) -> None:
        """Sends a value in each envelope.

        Arguments of the client's `produce` go by position: by keyword, a third of the time per record is theirs.

        Raises:
            RecordRefusedError, TransactionAbortedError: as `send`.
        """
        produce, headers = self._produce, envelopes.headers or repeat(None, len(values))
        records = zip(values, envelopes.keys, envelopes.timestamps, headers, strict=True)
        if self._apart:
            for record in records:
                self.send(topic, *record)
            return
        for value, key, at, carried in records:
            try:
                produce(topic, value, key, ANY_PARTITION, None, None, at, carried)  # type: ignore[arg-type]  # header values may be None
            except BufferError:
                self.send(topic, value, key, at, carried)
            except KafkaException as error:
                raise _sending_error(error, topic) from error


def _sending_error(error: KafkaException, topic: str) -> MessagingError:
    inner = kafka_error(error)
    if inner is not None and name_of(inner) == "_STATE" and not inner.fatal():
        # The transaction has failed in the background; the calls that end it carry the reason.
        return TransactionAbortedError(f"The transaction failed while {topic} was written.", code="_STATE", topic=topic)
    return translated(error, f"writing to {topic}", topic=topic)
