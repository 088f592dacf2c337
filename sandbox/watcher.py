"""Reads the three outputs while they are written, and notes every record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event

from confluent_kafka import Consumer, Message, TopicPartition

from messaging.clients import make_consumer
from messaging.settings import KafkaSettings
from sandbox.account import Account
from sandbox.flagged import Flagged, flagged
from sandbox.latencies import Latencies
from sandbox.latest import Latest
from schemas.errors import RecordError
from schemas.serdes.columns.decoder import ColumnDecoder
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.pinned import pinned
from schemas.serdes.reading_client import reading_client
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings

POLL_SECONDS = 0.03
MOST_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who is told of what is found: the account and the latencies of every record, `flagged` of flagged payments."""

    account: Account
    latencies: Latencies
    flagged: Callable[[Flagged], None]


class Watcher:
    """A reader of the output topics.

    Delivery: reads from the first record, keeps no offsets. Reads while records are written, because the embedded
    broker keeps 5 MB per partition only.

    Args:
        kafka: Where the broker is.
        registry: Where the schemas are.
        topics: Real names.
        partitions: Of every topic.
        listeners: Told of what is found.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        registry: RegistrySettings,
        topics: TopicSettings,
        partitions: int,
        listeners: Listeners,
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
        self._listeners = listeners
        self.latest = Latest()
        """Latest flagged payments."""
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

    def _note(self, messages: Sequence[Message]) -> None:
        batches: dict[str, list[Message]] = {}
        for message in messages:
            if message.error() is None:
                batches.setdefault(self._topics[message.topic() or ""], []).append(message)
        for output, batch in batches.items():
            names = self._names(output, batch)
            self._listeners.latencies.found(names)
            self._listeners.account.note(output, names)

    def _names(self, output: str, batch: Sequence[Message]) -> Sequence[str]:
        if output == "legit":
            decoded = self._legit.decode([message.value() for message in batch])
            unreadable = [_coordinates(batch[failure.position]) for failure in decoded.failures]
            return [*decoded.frame["id"].to_list(), *unreadable]
        read = self._flagged if output == "fraud" else self._buried
        return [read(message) for message in batch]

    def _flagged(self, message: Message) -> str:
        try:
            payment = flagged(self._fraud.decode(message.value()))
        except RecordError:
            return _coordinates(message)
        self.latest.note(payment)
        self._listeners.flagged(payment)
        return payment.id

    def _buried(self, message: Message) -> str:
        try:
            record = self._dead.decode(message.value())
        except RecordError:
            return _coordinates(message)
        self.reasons[record["reason"]] = self.reasons.get(record["reason"], 0) + 1
        return (record["key"] or b"").decode("utf-8", "replace")


def _coordinates(message: Message) -> str:
    return f"{message.topic()}[{message.partition()}]@{message.offset()}"
