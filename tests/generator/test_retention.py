"""Event times that the topic would not keep are refused before anything is sent."""

import sys
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from generator.cli import main
from generator.errors import EventTimeError
from generator.retention import TimeLimits, time_limits
from messaging.settings import KafkaSettings
from sandbox.broker import EmbeddedBroker
from schemas.manifest import load_manifest
from schemas.registration.register import register
from schemas.registry.client import RegistryClient
from schemas.settings import RegistrySettings, TopicSettings
from tests.servers.kafka import KafkaServer
from tests.servers.platform import Platform

DAY_MS = 86_400_000
NOW_MS = 1_800_000_000_000


@pytest.mark.parametrize(
    ("config", "limits"),
    [
        ({}, TimeLimits()),
        ({"retention.ms": "-1"}, TimeLimits()),
        ({"retention.ms": "1000"}, TimeLimits(oldest_ms=1000)),
        ({"retention.ms": "1000", "cleanup.policy": "compact"}, TimeLimits()),
        ({"retention.ms": "1000", "cleanup.policy": "compact,delete"}, TimeLimits(oldest_ms=1000)),
        ({"retention.ms": "1000", "message.timestamp.type": "LogAppendTime"}, TimeLimits()),
        ({"retention.ms": "1000", "message.timestamp.before.max.ms": "10"}, TimeLimits(oldest_ms=10)),
        ({"message.timestamp.after.max.ms": "3600000"}, TimeLimits(ahead_ms=3_600_000)),
        ({"message.timestamp.after.max.ms": str(2**63 - 1)}, TimeLimits()),
    ],
)
def test_limits_of_a_configuration(config: dict[str, str], limits: TimeLimits) -> None:
    """Retention counts only where the broker deletes and where record timestamps are the producer's."""
    assert TimeLimits.of(config) == limits


@pytest.mark.parametrize(
    ("oldest_ms", "newest_ms", "refused"),
    [
        (NOW_MS - 7 * DAY_MS + 1, NOW_MS, None),
        (NOW_MS - 7 * DAY_MS, NOW_MS, "keeps 7 days"),
        (NOW_MS, NOW_MS + 3_600_000, None),
        (NOW_MS, NOW_MS + 3_600_001, "60 minutes ahead"),
    ],
)
def test_check_at_the_border_of_a_limit(oldest_ms: int, newest_ms: int, refused: str | None) -> None:
    """A tick before the border passes, the border itself does not; the message names what to do."""
    limits = TimeLimits(oldest_ms=7 * DAY_MS, ahead_ms=3_600_000)
    if refused is None:
        limits.check("payments", oldest_ms, newest_ms, NOW_MS)
        return
    with pytest.raises(EventTimeError, match=refused) as raised:
        limits.check("payments", oldest_ms, newest_ms, NOW_MS)
    assert "--rebase" in str(raised.value)


def test_time_limits_of_the_embedded_broker_are_not_known() -> None:
    """It describes no topics; nobody waits for an answer."""
    with EmbeddedBroker() as broker:
        broker.create_topic("payments", 1)
        assert time_limits(KafkaSettings(broker_url=broker.bootstrap_servers), "payments") is None


def test_time_limits_of_a_real_topic_are_those_it_was_created_with(kafka: KafkaServer, topic_prefix: str) -> None:
    """Retention as created, and the broker's own hour ahead."""
    name = f"{topic_prefix}.kept"
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap_servers})
    admin.create_topics([NewTopic(name, 1, 1, config={"retention.ms": "86400000"})])[name].result()
    found = time_limits(KafkaSettings(broker_url=kafka.bootstrap_servers), name)
    assert found == TimeLimits(oldest_ms=DAY_MS, ahead_ms=3_600_000)


def test_replay_of_old_payments_to_a_real_topic_is_refused_before_it_sends(
    real_platform: Platform,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Payments of 2020 on a topic of a week: status 2, the way out is named, the topic stays empty."""
    for variable, value in real_platform.environment.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("TOPIC_PARTITIONS", "1")
    monkeypatch.setenv("TOPIC_RETENTION_HOURS", "168")
    with RegistryClient(RegistrySettings()) as client:
        register(client, load_manifest(), TopicSettings())
    path = tmp_path / "old.csv"
    path.write_text("id,source,target,amount,currency,occurred_at\na,S,T,1,EUR,2020-01-01T00:00:00Z\n", "utf-8")
    topic = TopicSettings().transactions
    consumer = Consumer({"bootstrap.servers": real_platform.bootstrap_servers, "group.id": "reader"})
    for arguments, status, high in ((["replay", str(path)], 2, 0), (["replay", str(path), "--rebase"], 0, 1)):
        monkeypatch.setattr(sys, "argv", ["fraud-generator", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert int(ended.value.code or 0) == status
        assert ("keeps 7 days" in capsys.readouterr().err) == (status == 2)
        assert consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=30)[1] == high
    consumer.close()
