"""What a processor sends, through the one transactional producer."""

from collections.abc import Sequence
from itertools import repeat

from confluent_kafka import KafkaException, Producer

from messaging.errors import MessagingError, TransactionAbortedError
from messaging.foreign import kafka_error, name_of, translated
from messaging.loop.record import Record, headers_of, keys_of, timestamps_of
from messaging.producer import ANY_PARTITION

Headers = list[tuple[str, str | bytes | None]]

_FULL_QUEUE_WAIT = 0.05
"""Seconds to serve the producer before a record is offered again to its full queue."""

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
                return

    def forward(
        self,
        topic: str,
        records: Sequence[Record],
        values: Sequence[bytes | None],
        keys: Sequence[bytes | None] | None = None,
    ) -> None:
        """Sends every record on with its timestamp and headers, the value given, and its key or the one given.

        Arguments of the client's `produce` go by position: by keyword, a third of the time per record is theirs.

        Raises:
            RecordRefusedError, TransactionAbortedError: as `send`.
        """
        produce, times = self._produce, timestamps_of(records)
        headers = headers_of(records) or repeat(None, len(times))
        for value, key, at, carried in zip(values, keys or keys_of(records), times, headers, strict=True):
            try:
                produce(topic, value, key, ANY_PARTITION, None, None, at, carried)  # type: ignore[arg-type]  # header values may be None
            except BufferError:
                self.send(topic, value, key, at, carried)  # type: ignore[arg-type]  # the stub forgets None
            except KafkaException as error:
                raise _sending_error(error, topic) from error


def _sending_error(error: KafkaException, topic: str) -> MessagingError:
    inner = kafka_error(error)
    if inner is not None and name_of(inner) == "_STATE" and not inner.fatal():
        # The transaction has failed in the background; the calls that end it carry the reason.
        return TransactionAbortedError(f"The transaction failed while {topic} was written.", code="_STATE", topic=topic)
    return translated(error, f"writing to {topic}", topic=topic)
