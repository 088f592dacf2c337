"""A fraud topic as the detector writes it, and the alert service on it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from confluent_kafka import Consumer

from detector.alerts.start import start
from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings
from schemas.environment import from_environment
from schemas.manifest import load_manifest
from schemas.registration.register import register
from schemas.registry.client import RegistryClient
from schemas.registry.confluent import end_client, schema_registry_client
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.pinned import pinned
from schemas.serdes.serializer import RecordSerializer
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings
from tests.servers.platform import Platform
from tests.waiting import wait_for

START = datetime(2026, 11, 1, tzinfo=UTC)


def flagged(number: int, episode: str, *, level: str = "BLOCK", source: str | None = None) -> dict[str, Any]:
    """A flagged payment of an episode, one second after the one before."""
    finding = {
        "rule": "fan-in",
        "rule_version": 1,
        "level": level,
        "score": 17,
        "reason": f"{number} senders",
        "measured": {"distinct": str(number)},
        "threshold": "5",
        "episode": episode,
        "evidence": [f"t{number}"],
        "evidence_total": 1,
    }
    payment = {
        "id": f"t{number}",
        "source": source or f"S{number}",
        "target": "T",
        "amount": Decimal("1000.00000"),
        "currency": "EUR",
        "occurred_at": START + timedelta(seconds=number),
        "channel": "CARD",
    }
    return {
        "transaction": payment,
        "level": level,
        "score": 17,
        "findings": [finding],
        "rule_set": "abc",
        "transaction_version": 2,
    }


class FraudTopic:
    """The fraud topic of one platform, written as the detector writes it."""

    def __init__(self, platform: Platform, partitions: int) -> None:
        topics = from_environment(TopicSettings)
        self.topics = topics
        for contract in load_manifest():
            platform.create_topic(topics.name_of(contract.topic), partitions)
        registry = from_environment(RegistrySettings)
        with RegistryClient(registry) as client:
            register(client, load_manifest(), topics)
        self.client = schema_registry_client(registry)
        self.writer = RecordSerializer(self.client, pinned("fraud"), topics.subject_of("fraud"), topics)
        self.writer.prepare()

    def write(self, *records: dict[str, Any] | bytes) -> None:
        with AcknowledgedProducer(from_environment(KafkaSettings)) as producer:
            for record in records:
                broken = isinstance(record, bytes)
                value = record if broken else self.writer.encode(record)
                key = b"broken" if broken else record["transaction"]["source"].encode()
                at = START if broken else record["transaction"]["occurred_at"]
                producer.produce(self.topics.fraud, key, value, int(at.timestamp() * 1000))


@contextmanager
def running() -> Iterator[None]:
    """The service, as its command runs it."""
    stop, failures = threading.Event(), list[BaseException]()

    def run() -> None:
        try:
            start(stop)
        except BaseException as error:  # noqa: BLE001 (handed to the test's thread)
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(90)
        assert failures == []
        assert not thread.is_alive()


def read_letters(topic: FraudTopic, platform: Platform, count: int) -> list[dict[str, Any]]:
    """The first dead letters of the alerts, with the timestamps of their records."""
    client = schema_registry_client(from_environment(RegistrySettings).model_copy(update={"timeout": 60.0}))
    decoder = RecordDeserializer(WriterSchemas(client), pinned("alerts-dead-letter"))
    consumer = Consumer(
        {
            "bootstrap.servers": platform.bootstrap_servers,
            "group.id": f"{platform.prefix}.letters",
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe([topic.topics.alerts_dead_letter])
    found: list[dict[str, Any]] = []

    def enough() -> bool:
        read = [message for message in consumer.consume(10, 0.1) if message.error() is None]
        found.extend({**decoder.decode(each.value()), "buried_at_ms": each.timestamp()[1]} for each in read)
        return len(found) >= count

    wait_for(enough, 90, f"{count} dead letters")
    consumer.close()
    end_client(client)
    return found
