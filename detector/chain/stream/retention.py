"""Whether the topics keep what the state is made of for long enough."""

from collections.abc import Mapping

import structlog
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from detector.chain.settings import StateSettings
from detector.rules.rule_set import RuleSet
from messaging.clients import make_admin
from messaging.errors import TopicMismatchError
from messaging.settings import KafkaSettings
from schemas.settings import TopicSettings

log = structlog.get_logger()

ASKING_SECONDS = 10.0
FOR_EVER = 2**63 - 1
MINUTE_MS = 60_000


def check_retention(kafka: KafkaSettings, topics: TopicSettings, state: StateSettings, rules: RuleSet) -> None:
    """Refuses topics that lose records before a snapshot holds them.

    Where the broker does not tell (no permission, the embedded broker), nothing is checked.

    Raises:
        TopicMismatchError: a retention is too short; the message says for what.
    """
    inputs = (topics.transactions, topics.screened) if rules.two_stages else (topics.transactions,)
    kept = _kept_ms(make_admin(kafka.properties), (*inputs, topics.snapshots))
    if kept is None:
        return
    grace = max((rule.grace for rule in rules.rules), default=0)
    needed = int(state.snapshot_minutes * MINUTE_MS) + grace
    for topic in inputs:
        if kept[topic] < needed:
            raise _too_short(
                topic, kept[topic], needed, "snapshots are that far apart (DETECTOR_SNAPSHOT_MINUTES, grace)"
            )
    if kept[topics.snapshots] < FOR_EVER:
        raise TopicMismatchError(
            f"{topics.snapshots} deletes records by age; state would go with them. Set its cleanup.policy to compact.",
            topic=topics.snapshots,
        )
    if rules.two_stages and kept[topics.screened] < kept[topics.transactions]:
        why = f"{topics.transactions} keeps payments so long, by their own time, and they pass through both"
        raise _too_short(topics.screened, kept[topics.screened], kept[topics.transactions], why)


def _too_short(topic: str, kept: int, needed: int, why: str) -> TopicMismatchError:
    wanted, span = (-1, "for ever") if needed == FOR_EVER else (needed, f"{needed} ms")
    return TopicMismatchError(
        f"{topic} keeps records for {kept} ms, and {span} is needed: {why}. Set its retention.ms to {wanted} or more.",
        topic=topic,
    )


def _kept_ms(admin: AdminClient, topics: tuple[str, ...]) -> Mapping[str, int] | None:
    resources = {topic: ConfigResource(ResourceType.TOPIC, topic) for topic in topics}
    try:
        cluster = admin.list_topics(timeout=ASKING_SECONDS)
        if cluster.controller_id not in cluster.brokers:
            return None  # the embedded broker: the request would wait in vain for a controller
        answers = admin.describe_configs(list(resources.values()), request_timeout=ASKING_SECONDS)
        told = {topic: answers[resource].result() for topic, resource in resources.items()}
    except KafkaException as error:
        log.info("retention_not_told", error=str(error))
        return None
    return {topic: _of({name: entry.value for name, entry in entries.items()}) for topic, entries in told.items()}


def _of(configuration: Mapping[str, str | None]) -> int:
    """Milliseconds a topic keeps records."""
    if "delete" not in (configuration.get("cleanup.policy") or "delete"):
        return FOR_EVER
    kept = int(configuration.get("retention.ms") or -1)
    return FOR_EVER if kept < 0 else kept
