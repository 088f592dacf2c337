"""Reads the three outputs while they are written, and notes every record."""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any

from confluent_kafka import Consumer, Message, TopicPartition

from messaging.clients import make_consumer
from messaging.settings import KafkaSettings
from sandbox.account import Account
from schemas.errors import RecordError
from schemas.serdes.columns.decoder import ColumnDecoder
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.pinned import pinned
from schemas.serdes.reading_client import reading_client
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings

LATEST = 12
"""Flagged payments kept for the view."""

LATENCIES = 2_000
"""Newest records whose latency counts."""

POLL_SECONDS = 0.1
MOST_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flagged payment, as a person looks at it."""

    id: str
    source: str
    target: str
    amount: str
    level: str
    reasons: tuple[str, ...]


class Watcher:
    """A reader of the output topics.

    Delivery: reads from the first record, keeps no offsets. Reads while records are written, because the embedded
    broker keeps 5 MB per partition only.

    Args:
        kafka: Where the broker is.
        registry: Where the schemas are.
        topics: Real names.
        partitions: Of every topic.
        account: Where records are noted.
    """

    def __init__(
        self, kafka: KafkaSettings, registry: RegistrySettings, topics: TopicSettings, partitions: int, account: Account
    ) -> None:
        self._topics = {topics.legit: "legit", topics.fraud: "fraud", topics.dead_letter: "dead-letter"}
        self._consumer: Consumer = make_consumer(
            {**kafka.properties, "group.id": "sandbox-view", "enable.auto.commit": False, "fetch.queue.backoff.ms": 10}
        )
        self._assigned = [TopicPartition(topic, number, 0) for topic in self._topics for number in range(partitions)]
        schemas = WriterSchemas(reading_client(registry))
        self._legit = ColumnDecoder(schemas, pinned("legit"))
        self._fraud = RecordDeserializer(schemas, pinned("fraud"))
        self._dead = RecordDeserializer(schemas, pinned("dead-letter"))
        self._account = account
        self._latencies: deque[float] = deque(maxlen=LATENCIES)
        self.flagged: deque[Flagged] = deque(maxlen=LATEST)
        """Latest flagged payments, the newest last."""
        self.reasons: dict[str, int] = {}
        """Dead letters by reason."""

    def run(self, stop: Event) -> None:
        """Reads until `stop` is set."""
        self._consumer.assign(self._assigned)
        try:
            while not stop.is_set():
                self._note(self._consumer.consume(MOST_AT_ONCE, POLL_SECONDS))
        finally:
            self._consumer.close()

    def latencies(self) -> Sequence[float]:
        """Seconds from event time to being read here, of the newest records, sorted."""
        return sorted(self._latencies)

    def _note(self, messages: Sequence[Message]) -> None:
        now_ms = time.time_ns() // 1_000_000
        batches: dict[str, list[Message]] = {}
        for message in messages:
            if message.error() is None:
                batches.setdefault(self._topics[message.topic() or ""], []).append(message)
        for output, batch in batches.items():
            step = max(1, len(batch) // 50)
            self._latencies.extend((now_ms - message.timestamp()[1]) / 1000 for message in batch[::step])
            self._account.note(output, self._names(output, batch))

    def _names(self, output: str, batch: Sequence[Message]) -> Sequence[str]:
        if output == "legit":
            decoded = self._legit.decode([message.value() for message in batch])
            unreadable = [_coordinates(batch[failure.position]) for failure in decoded.failures]
            return [*decoded.frame["id"].to_list(), *unreadable]
        read = self._flagged if output == "fraud" else self._buried
        return [read(message) for message in batch]

    def _flagged(self, message: Message) -> str:
        try:
            record = self._fraud.decode(message.value())
        except RecordError:
            return _coordinates(message)
        self.flagged.append(_shown(record))
        return str(record["transaction"]["id"])

    def _buried(self, message: Message) -> str:
        try:
            record = self._dead.decode(message.value())
        except RecordError:
            return _coordinates(message)
        self.reasons[record["reason"]] = self.reasons.get(record["reason"], 0) + 1
        return (record["key"] or b"").decode("utf-8", "replace")


def _coordinates(message: Message) -> str:
    return f"{message.topic()}[{message.partition()}]@{message.offset()}"


def _shown(record: Mapping[str, Any]) -> Flagged:
    payment = record["transaction"]
    return Flagged(
        id=payment["id"],
        source=payment["source"],
        target=payment["target"],
        amount=f"{payment['amount'].normalize():f} {payment['currency']}",
        level=record["level"],
        reasons=tuple(finding["reason"] for finding in record["findings"]),
    )
