"""Event times a topic keeps: record timestamps are event time, and the broker deletes and refuses by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from confluent_kafka import KafkaException
from confluent_kafka.admin import ConfigResource, ResourceType

from generator.errors import EventTimeError
from messaging.clients import make_admin
from messaging.settings import KafkaSettings

ASKING_SECONDS = 10.0
FOR_EVER = 2**63 - 1
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """How old and how far ahead a record of the topic may be, in milliseconds; None: any."""

    oldest_ms: int | None = None
    ahead_ms: int | None = None

    @classmethod
    def of(cls, config: Mapping[str, str]) -> "TimeLimits":
        """The limits that a topic's configuration sets."""
        if config.get("message.timestamp.type") == "LogAppendTime":
            return cls()
        kept = int(config.get("retention.ms", -1)) if "delete" in config.get("cleanup.policy", "delete") else -1
        before = int(config.get("message.timestamp.before.max.ms", FOR_EVER))
        after = int(config.get("message.timestamp.after.max.ms", FOR_EVER))
        oldest = min(FOR_EVER if kept < 0 else kept, before)
        return cls(None if oldest == FOR_EVER else oldest, None if after == FOR_EVER else after)

    def check(self, topic: str, oldest_ms: int, newest_ms: int, now_ms: int) -> None:
        """Refuses event times that the topic would not keep.

        Raises:
            EventTimeError: a record would be deleted by retention, or refused as too far ahead.
        """
        age = now_ms - oldest_ms
        if self.oldest_ms is not None and age >= self.oldest_ms:
            raise EventTimeError(
                f"The oldest payment is of {_spelt(oldest_ms)} and {topic} keeps {self.oldest_ms / DAY_MS:.4g} days: "
                f"the broker would delete it within minutes. Shift the payments to now with --rebase, if they span "
                f"less than that, or give the topic a retention.ms above {age} (-1: for ever)."
            )
        if self.ahead_ms is not None and newest_ms - now_ms > self.ahead_ms:
            raise EventTimeError(
                f"The newest payment is of {_spelt(newest_ms)}, and the broker refuses records more than "
                f"{self.ahead_ms / 60_000:.4g} minutes ahead of its clock. Shift the payments to now with --rebase."
            )


def time_limits(kafka: KafkaSettings, topic: str) -> TimeLimits | None:
    """The limits of `topic`; None where the broker does not tell (no permission, or it cannot describe topics)."""
    admin = make_admin(kafka.properties)
    resource = ConfigResource(ResourceType.TOPIC, topic)
    try:
        cluster = admin.list_topics(timeout=ASKING_SECONDS)
        if cluster.controller_id not in cluster.brokers:
            return None  # the embedded broker: the request would wait in vain for a controller
        future = admin.describe_configs([resource], request_timeout=ASKING_SECONDS)[resource]
        entries = future.result()
    except KafkaException:
        return None
    return TimeLimits.of({name: entry.value for name, entry in entries.items() if entry.value is not None})


def _spelt(event_ms: int) -> str:
    return datetime.fromtimestamp(event_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
