"""A detector in a thread, and what lies in the topics."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
from confluent_kafka import Message

from detector.service import start
from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings
from schemas.manifest import load_manifest
from schemas.registration.register import register
from schemas.registry.client import RegistryClient
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.pinned import pinned
from schemas.serdes.serializer import RecordSerializer
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings
from tests.pipeline.account import read_committed
from tests.servers.platform import Platform
from tests.servers.ports import free_ports
from tests.waiting import wait_for

NOW = datetime.fromtimestamp(time.time_ns() // 1_000_000_000, UTC)
"""A broker refuses timestamps of tomorrow, and soon deletes those of last week."""


def payment(number: int, amount: str = "12.50000", currency: str = "EUR") -> dict[str, Any]:
    """A payment with a number for an id."""
    return {
        "id": f"payment-{number}",
        "source": f"payer-{number % 7}",
        "target": f"payee-{number % 5}",
        "amount": Decimal(amount),
        "currency": currency,
        "occurred_at": NOW,
        "channel": "CARD",
    }


@dataclass
class Pipeline:
    """Topics of a platform with registered contracts."""

    platform: Platform
    topics: TopicSettings = field(default_factory=TopicSettings)

    def __post_init__(self) -> None:
        for topic in ("transactions", "legit", "fraud", "dead-letter"):
            self.platform.create_topic(self.topics.name_of(topic), 2)
        with RegistryClient(RegistrySettings()) as client:
            register(client, load_manifest(), self.topics)
        with schema_registry_client(RegistrySettings()) as client:
            self.serializer = RecordSerializer(
                client, pinned("transactions"), self.topics.subject_of("transactions"), self.topics
            )
            self.serializer.prepare()

    def send(self, *values: bytes | None, key: bytes = b"payer") -> None:
        """Writes values to the input topic."""
        with AcknowledgedProducer(KafkaSettings()) as producer:
            for value in values:
                producer.produce(self.topics.transactions, key, value, int(NOW.timestamp() * 1000))

    def records(self, topic: str) -> list[Message]:
        """Records of a topic, by partition and offset."""
        read = read_committed(self.platform.bootstrap_servers, self.topics.name_of(topic))
        return sorted(read, key=lambda message: (message.partition(), message.offset()))

    def decoded(self, topic: str) -> list[dict[str, Any]]:
        """Records of a topic, decoded."""
        with schema_registry_client(RegistrySettings(timeout=60)) as client:
            decoder = RecordDeserializer(WriterSchemas(client), pinned(topic))
            return [decoder.decode(message.value()) for message in self.records(topic) if message.value() is not None]

    def wait_for_records(self, count: int, *topics: str, seconds: float = 60.0) -> None:
        """Waits until so many records lie in the topics together."""
        wanted = topics or ("legit", "fraud", "dead-letter")
        wait_for(lambda: sum(len(self.records(topic)) for topic in wanted) >= count, seconds, f"{count} in {wanted}")


@dataclass
class RunningDetector:
    """A detector in a thread of this process."""

    port: int
    error: list[Exception]

    def get(self, path: str) -> httpx.Response:
        """What its HTTP port answers."""
        # asked often: to load certificates for TLS, which is not spoken here, takes longer than the request
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=60, verify=False)

    @property
    def ready(self) -> bool:
        """Whether it says it is ready."""
        try:
            return self.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def running_detector(platform: Platform, **options: Any) -> Iterator[RunningDetector]:
    """Runs a detector until the block ends; an error of its own is raised there."""
    (port,) = free_ports(1)
    stop, errors = threading.Event(), []

    def run() -> None:
        try:
            start({"group": platform.topic("detector"), "http_port": port, "rules": "threshold", **options}, stop)
        except Exception as error:  # noqa: BLE001 raised below
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    detector = RunningDetector(port, errors)
    try:
        wait_for(lambda: detector.ready or errors, 60, "a ready detector")
        if not errors:
            yield detector
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive(), "The detector did not stop."
    if errors:
        raise errors[0]
