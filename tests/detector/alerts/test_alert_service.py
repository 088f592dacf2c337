"""The alert service on a broker and a registry, with a real HTTP receiver."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from confluent_kafka import Consumer

from detector.alerts.start import start
from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings
from schemas.environment import from_environment
from schemas.manifest import load_manifest
from schemas.registration.register import register
from schemas.registry.client import RegistryClient
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.pinned import pinned
from schemas.serdes.reading_client import reading_client
from schemas.serdes.serializer import RecordSerializer
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings
from tests.detector.alerts.test_sinks import Hook
from tests.servers.platform import Platform
from tests.waiting import wait_for

START = datetime(2026, 11, 1, tzinfo=UTC)

RESTARTS = pytest.mark.parametrize("platform", [pytest.param("real", marks=pytest.mark.real)], indirect=True)
"""On the real broker only: the embedded one lets nobody into a group that its last member has left."""


def flagged(number: int, episode: str, *, level: str = "BLOCK") -> dict[str, Any]:
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
        "source": f"S{number}",
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

    def __init__(self, platform: Platform) -> None:
        topics = from_environment(TopicSettings)
        self.topics = topics
        for contract in load_manifest():
            platform.create_topic(topics.name_of(contract.topic), 1)
        registry = from_environment(RegistrySettings)
        with RegistryClient(registry) as client:
            register(client, load_manifest(), topics)
        self.client = schema_registry_client(registry)
        self.writer = RecordSerializer(self.client, pinned("fraud"), topics.subject_of("fraud"), topics)
        self.writer.prepare()

    def write(self, *records: dict[str, Any] | bytes) -> None:
        with AcknowledgedProducer(from_environment(KafkaSettings)) as producer:
            for number, record in enumerate(records):
                value = record if isinstance(record, bytes) else self.writer.encode(record)
                at = START if isinstance(record, bytes) else record["transaction"]["occurred_at"]
                producer.produce(self.topics.fraud, f"k{number}".encode(), value, int(at.timestamp() * 1000))


@pytest.fixture(name="topic")
def _topic(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Iterator[FraudTopic]:
    for name, value in {
        "ALERTS_GROUP": f"{platform.prefix}.alerts",
        "ALERTS_HTTP_PORT": "-1",
        "ALERTS_FIRST_RETRY": "0.05",
        "ALERTS_QUIET": "60",
        "LOG_LEVEL": "error",
    }.items():
        monkeypatch.setenv(name, value)
    topic = FraudTopic(platform)
    yield topic
    topic.client.close()


@pytest.fixture(name="hook")
def _hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    hook = Hook()
    monkeypatch.setenv("ALERTS_WEBHOOK_URL", hook.url)
    yield hook
    hook.close()


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
        thread.join(30)
        assert failures == []
        assert not thread.is_alive()


def bodies(hook: Hook) -> list[dict[str, Any]]:
    return [body for _, body in hook.requests]


def test_alerts_tell_each_episode_once_while_it_is_quiet(topic: FraudTopic, hook: Hook) -> None:
    """Twenty hits of two episodes within the quiet time give two alerts; a hit after it is told again."""
    topic.write(*(flagged(number, f"e{number % 2}") for number in range(20)), flagged(90, "e0"))
    with running():
        wait_for(lambda: len(hook.requests) >= 3, 30, "three alerts")
    assert [body["episodes"] for body in bodies(hook)] == [["e0"], ["e1"], ["e0"]]
    assert len({body["id"] for body in bodies(hook)}) == 3


@RESTARTS
def test_alerts_survive_failures_and_a_restart_in_the_middle(topic: FraudTopic, hook: Hook) -> None:
    """No episode is lost when the receiver fails and the service stops meanwhile; repeats keep their id."""
    topic.write(*(flagged(number, f"e{number}") for number in range(6)))
    hook.answers = [(200, {}), (500, {}), (429, {"Retry-After": "0"}), (200, {}), (503, {"Retry-After": "30"})]
    with running():
        wait_for(lambda: len(hook.requests) >= 5, 30, "the receiver to ask for a pause")
    with running():
        wait_for(lambda: len({e for b in bodies(hook) for e in b["episodes"]}) >= 6, 60, "all episodes")
        wait_for(lambda: len(hook.requests) >= 9, 60, "the rest")
    episodes = [body["episodes"][0] for body in bodies(hook)]
    assert episodes == ["e0", "e1", "e1", "e1", "e2", "e2", "e3", "e4", "e5"]
    ids = {body["episodes"][0]: set[str]() for body in bodies(hook)}
    for body in bodies(hook):
        ids[body["episodes"][0]].add(body["id"])
    assert all(len(each) == 1 for each in ids.values())


@RESTARTS
def test_alerts_stay_quiet_over_a_restart(topic: FraudTopic, hook: Hook) -> None:
    """A restart does not make an episode loud again: what is quiet is folded from the topic."""
    topic.write(flagged(0, "e0"), flagged(1, "e1"))
    with running():
        wait_for(lambda: len(hook.requests) == 2, 30, "both episodes")
    topic.write(flagged(2, "e0"), flagged(3, "e1"), flagged(4, "e2"))
    with running():
        wait_for(lambda: len(hook.requests) >= 3, 30, "the third episode")
    assert [body["episodes"] for body in bodies(hook)] == [["e0"], ["e1"], ["e2"]]


def test_alert_that_nobody_takes_becomes_a_dead_letter(topic: FraudTopic, hook: Hook, platform: Platform) -> None:
    """A final refusal and an unreadable record end in the dead-letter topic with their bytes, and the next is told."""
    refused, told = flagged(0, "e0"), flagged(1, "e1")
    topic.write(refused, b"\x01broken", told)
    hook.answers = [(400, {})]
    with running():
        wait_for(lambda: len(hook.requests) == 2, 30, "the second alert")
        letters = read_letters(topic, platform, 2)
    assert [letter["reason"] for letter in letters] == ["DELIVERY", "FRAME"]
    assert letters[0]["value"] == topic.writer.encode(refused)
    assert letters[0]["stage"] == "alert:webhook"
    assert (letters[1]["value"], letters[1]["offset"]) == (b"\x01broken", 1)


def read_letters(topic: FraudTopic, platform: Platform, count: int) -> list[dict[str, Any]]:
    client = reading_client(from_environment(RegistrySettings))
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
        found.extend(decoder.decode(m.value()) for m in consumer.consume(10, 0.1) if m.error() is None)
        return len(found) >= count

    wait_for(enough, 30, f"{count} dead letters")
    consumer.close()
    client.close()
    return found
