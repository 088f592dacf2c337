"""What becomes of a flagged record that no alert could be made of, or that a sink did not take."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

from confluent_kafka import Message

from messaging.dead_letter import dead_letter
from messaging.loop.outputs import NOW
from messaging.loop.record import Record


class AcknowledgedWriter(Protocol):
    """What this needs of `messaging.producer.AcknowledgedProducer`."""

    def produce(self, topic: str, key: bytes | None, value: bytes | None, timestamp_ms: int) -> None:
        """Hands one record over."""
        ...

    def flush(self, seconds: float = 30.0) -> None:
        """Waits for the acknowledgement of all records handed over."""
        ...


class AlertDeadLetters:
    """Writes a `fraud.DeadLetter` per flagged record that could not be told.

    Delivery: acknowledged before `write` returns, so before the record's offset is committed; after a crash in between
    the same record may be written again, with the same coordinates.
    """

    def __init__(self, producer: AcknowledgedWriter, topic: str, encode: Callable[[Mapping[str, Any]], bytes]) -> None:
        self._producer = producer
        self._topic = topic
        self._encode = encode

    def write(self, record: Message, error: Exception, *, stage: str, reason: str | None = None) -> None:
        """Writes one dead letter and waits for its acknowledgement; `reason` overrides what the error's class says.

        Raises:
            DeliveryError: the broker did not acknowledge it.
        """
        letter = dict(dead_letter(cast("Record", record), error, stage=stage))
        if reason:
            letter["reason"] = reason
        # With the time of burial: by the record's own, retention could delete it before anybody looks.
        self._producer.produce(self._topic, record.key(), self._encode(letter), NOW)
        self._producer.flush()
