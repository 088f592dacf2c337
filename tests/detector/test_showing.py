"""Records of a topic are shown as the contract reads them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from threading import Event
from typing import Any

import pytest
from confluent_kafka import Producer
from typer.testing import CliRunner

from detector.cli import application
from detector.showing import shown_records
from messaging.errors import TopicMissingError
from schemas.manifest import load_manifest
from schemas.registration.register import register
from schemas.registry.client import RegistryClient
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.pinned import pinned
from schemas.serdes.serializer import RecordSerializer
from schemas.settings import RegistrySettings, TopicSettings
from tests.servers.platform import Platform

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEGIN_MS = int(BEGIN.timestamp() * 1000)


def payment(number: int) -> dict[str, Any]:
    """A payment of `number` euros."""
    return {
        "id": f"payment-{number}",
        "source": "A",
        "target": "B",
        "amount": Decimal(number).scaleb(-2),
        "currency": "EUR",
        "occurred_at": BEGIN,
        "channel": "CARD",
    }


@pytest.fixture
def topic(platform: Platform) -> str:
    """The input topic with six payments in three partitions, a record that is none between them."""
    name = platform.environment["TRANSACTIONS_TOPIC"]
    platform.create_topic(name, 3)
    settings, topics = RegistrySettings(), TopicSettings()
    with RegistryClient(settings) as client:
        register(client, load_manifest(), topics)
    with schema_registry_client(settings) as client:
        serializer = RecordSerializer(client, pinned("transactions"), topics.subject_of("transactions"))
        serializer.prepare()
        values = [serializer.encode(payment(number)) for number in range(1, 7)]
    values.insert(3, b"no payment")
    send(platform, name, values)
    return name


def send(platform: Platform, topic: str, values: list[bytes]) -> None:
    """Values over three partitions in turn, a millisecond apart."""
    producer = Producer({"bootstrap.servers": platform.bootstrap_servers})
    for number, value in enumerate(values):
        producer.produce(topic, value, f"key-{number}", number % 3, timestamp=BEGIN_MS + number)
    assert producer.flush(20) == 0


def shown(count: int, begin: Any) -> list[Mapping[str, Any] | str | None]:
    """What is shown: records, and errors of what is none."""
    return [one.record or one.error for one in shown_records("transactions", count, begin, Event())]


def test_newest_records_are_shown_over_all_partitions_in_order_of_time(topic: str) -> None:
    """The newest records come last, whatever partitions they are in, values as the contract reads them."""
    assert shown(2, "newest") == [payment(5), payment(6)]


def test_oldest_records_end_with_the_topic(topic: str) -> None:
    """All records are shown and the command ends, although more was asked for."""
    found = shown(100, "oldest")
    assert len(found) == 7
    assert [one for one in found if isinstance(one, str)] == [one for one in found if str(one).startswith("FrameError")]
    assert {one["id"] for one in found if isinstance(one, Mapping)} == {f"payment-{number}" for number in range(1, 7)}


def test_show_as_json_tells_place_key_and_error(topic: str) -> None:
    """A program gets one JSON object a line, also for a record that cannot be decoded."""
    told = CliRunner().invoke(application(), ["show", "transactions", "--count", "100", "--json"])
    assert told.exit_code == 0, told.output
    lines = [json.loads(text) for text in told.stdout.splitlines()]
    broken = [one for one in lines if one["error"]]
    assert [(one["partition"], one["offset"], one["schema_id"]) for one in broken] == [(0, 1, None)]
    assert lines[0]["record"]["amount"] == "0.01000"
    assert lines[0]["timestamp_ms"] == BEGIN_MS


def test_show_of_a_missing_topic_is_a_clear_error(kafka: Any, topic_prefix: str, monkeypatch: Any) -> None:
    """A topic that nobody has made is named, with what to look at."""
    monkeypatch.setenv("KAFKA_BROKER_URL", kafka.bootstrap_servers)
    monkeypatch.setenv("FRAUD_TOPIC", f"{topic_prefix}.none")
    with pytest.raises(TopicMissingError, match=rf"{topic_prefix}\.none is not on 127"):
        next(shown_records("fraud", 1, "newest", Event()))
