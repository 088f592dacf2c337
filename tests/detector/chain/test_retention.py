"""Topics that lose records before a snapshot holds them are refused at start."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from detector.chain.settings import StateSettings
from detector.chain.stream.retention import check_retention
from detector.rules.loading import EXAMPLES, load_rule_set
from detector.rules.rule_set import RuleSet
from messaging.errors import TopicMismatchError
from messaging.settings import KafkaSettings
from schemas.settings import TopicSettings
from tests.detector.running import Pipeline, running_detector
from tests.servers.kafka import KafkaServer, create_topic
from tests.servers.platform import Platform

RULES = load_rule_set()
MINUTES = 10
GRACE_MS = max(rule.grace for rule in RULES.rules)
NEEDED = MINUTES * 60_000 + GRACE_MS
"""Milliseconds: snapshots are that far apart, and the rules wait so long for late payments."""

FOR_EVER = -1
LONG = 2 * NEEDED

Check = Callable[..., None]


@pytest.fixture
def check(kafka: KafkaServer, topic_prefix: str, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Makes topics that keep records for so many milliseconds on the real broker, and checks them."""
    monkeypatch.setenv("KAFKA_BROKER_URL", kafka.bootstrap_servers)
    topics = TopicSettings().model_copy(
        update={name: f"{topic_prefix}.{name}" for name in ("transactions", "screened", "snapshots")}
    )

    def run(payments: int, screened: int, policy: str = "compact", rules: RuleSet = RULES) -> None:
        kafka.create_topic(topics.transactions, 1, {"retention.ms": str(payments)})
        kafka.create_topic(topics.screened, 1, {"retention.ms": str(screened)})
        kafka.create_topic(topics.snapshots, 1, {"cleanup.policy": policy, "retention.ms": str(LONG)})
        check_retention(KafkaSettings(), topics, StateSettings(snapshot_minutes=MINUTES), rules)

    return run


@pytest.mark.parametrize(
    ("payments", "screened"),
    [
        (NEEDED, NEEDED),
        (NEEDED + 1, NEEDED + 1),
        (LONG, LONG),
        (LONG, LONG + 1),
        (LONG, FOR_EVER),
        (FOR_EVER, FOR_EVER),
    ],
    ids=["just so long", "a tick more", "alike", "the internal one a tick more", "it for ever", "both for ever"],
)
def test_retention_that_is_long_enough_passes(check: Check, payments: int, screened: int) -> None:
    """Both logs reach over the time between two snapshots, and the internal one keeps payments as long as the input."""
    check(payments, screened)


@pytest.mark.parametrize(
    ("payments", "screened", "topic", "kept", "remedy"),
    [
        (NEEDED - 1, NEEDED, "transactions", NEEDED - 1, NEEDED),
        (NEEDED, NEEDED - 1, "screened", NEEDED - 1, NEEDED),
        (LONG, LONG - 1, "screened", LONG - 1, LONG),
        (FOR_EVER, LONG, "screened", LONG, FOR_EVER),
    ],
    ids=["input a tick short", "internal a tick short", "internal a tick shorter", "internal not for ever"],
)
def test_retention_that_is_too_short_is_refused_with_the_remedy(
    check: Check, payments: int, screened: int, topic: str, kept: int, remedy: int
) -> None:
    """The message names the topic, what it keeps, and what to set."""
    with pytest.raises(
        TopicMismatchError, match=rf"\.{topic} keeps records for {kept} ms.* Set its retention\.ms to {remedy} or more"
    ) as raised:
        check(payments, screened)
    assert str(raised.value.topic).endswith(topic)


@pytest.mark.parametrize("policy", ["delete", "compact,delete"])
def test_snapshots_that_are_deleted_by_age_are_refused(check: Check, policy: str) -> None:
    """State must not go with the age of its snapshot."""
    with pytest.raises(TopicMismatchError, match=r"snapshots deletes records by age.* cleanup\.policy to compact"):
        check(LONG, LONG, policy)


def test_rules_without_a_second_stage_need_no_internal_topic(check: Check) -> None:
    """Where no rule looks at the payee, the internal topic's retention does not matter."""
    rules = load_rule_set(EXAMPLES / "fan-out.yaml")
    assert not rules.two_stages
    check(LONG, 1, rules=rules)


def test_broker_that_tells_no_settings_is_not_refused(
    sandbox_platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embedded broker says nothing of retention; nothing is checked."""
    monkeypatch.setenv("KAFKA_BROKER_URL", sandbox_platform.bootstrap_servers)
    topics = TopicSettings()
    for name in (topics.transactions, topics.screened, topics.snapshots):
        sandbox_platform.create_topic(name, 1)
    check_retention(KafkaSettings(), topics, StateSettings(snapshot_minutes=MINUTES), RULES)


def test_detector_on_topics_that_forget_does_not_start(
    real_platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check is made at start, before anything is read."""
    for variable, value in real_platform.environment.items():
        monkeypatch.setenv(variable, value)
    broker, configuration = real_platform.bootstrap_servers, {"retention.ms": str(NEEDED - 1)}
    forgetting = replace(
        real_platform, topic_creator=lambda name, partitions: create_topic(broker, name, partitions, configuration)
    )
    Pipeline(forgetting)
    monkeypatch.setenv("TOPIC_PARTITIONS", "2")
    with (
        pytest.raises(TopicMismatchError, match=rf"Set its retention\.ms to {NEEDED} or more"),
        running_detector(forgetting, rules="shipped", snapshot_minutes=MINUTES),
    ):
        pass
