"""A broker and a registry together, as a pipeline scenario sees them, whatever they really are."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

TOPIC_VARIABLES = {
    "TRANSACTIONS_TOPIC": "queueing.transactions",
    "LEGIT_TOPIC": "streaming.transactions.legit",
    "FRAUD_TOPIC": "streaming.transactions.fraud",
    "DEAD_LETTER_TOPIC": "streaming.transactions.dead-letter",
    "SCREENED_TOPIC": "streaming.transactions.screened",
    "SNAPSHOTS_TOPIC": "streaming.detector.snapshots",
    "ALERTS_DEAD_LETTER_TOPIC": "streaming.alerts.dead-letter",
}
"""Variables that name a topic, and what they say when nobody sets them."""

SANDBOX_VARIABLES = {
    # the embedded broker answers a waiting fetch only when its time is over
    "KAFKA_CLIENT_FETCH_WAIT_MAX_MS": "20",
    # it keeps no offsets of transactions and hides nothing that was aborted: a member that it misses for a while, or a
    # record that waits for too long to be sent, would double what lies in the topics
    "LOOP_SESSION_TIMEOUT": "300",
    "LOOP_TRANSACTION_TIMEOUT": "300",
}

KEPT_AS = "EXTERNAL_"
"""Before the name of a variable that was taken: the processes of a run inherit what the first of them has left."""


def taken_from_environment() -> dict[str, str]:
    """Takes the addresses of an external broker and registry out of the environment, so no test meets them unasked.

    They stay there under names that no settings class reads, for the processes that a run starts for its tests.

    Raises:
        ValueError: one is named without the other.
    """
    names = ("KAFKA_BROKER_URL", "SCHEMA_REGISTRY_URL")
    given = {name: os.environ.pop(name, "") or os.environ.get(f"{KEPT_AS}{name}", "") for name in names}
    found = {name: value for name, value in given.items() if value}
    if len(found) == 1:
        raise ValueError(f"Only {', '.join(found)} is set; set both of {' and '.join(names)}, or neither.")
    os.environ.update({f"{KEPT_AS}{name}": value for name, value in found.items()})
    return found


def _cannot_stop() -> None:
    raise NotImplementedError("This platform's registry is not ours to stop.")


@dataclass(frozen=True)
class Platform:
    """What a scenario needs of a broker and a registry.

    Args:
        kind: `sandbox`, `real` or `external`.
        bootstrap_servers: Address of the broker.
        registry_url: Base address of the registry; the same after `stop_registry` and `start_registry`.
        prefix: Begins every topic name of this test, so that one broker serves all tests.
    """

    kind: str
    bootstrap_servers: str
    registry_url: str
    prefix: str
    topic_creator: Callable[[str, int], None] = field(repr=False)
    stop_registry: Callable[[], None] = field(default=_cannot_stop, repr=False)
    start_registry: Callable[[], None] = field(default=_cannot_stop, repr=False)

    @property
    def transactional(self) -> bool:
        """Whether aborted records are hidden, offsets of transactions kept and old producers fenced."""
        return self.kind != "sandbox"

    def create_topic(self, name: str, partitions: int = 4) -> None:
        """Create a topic and return when it is there; begin its name with `prefix`."""
        self.topic_creator(name, partitions)

    def topic(self, name: str) -> str:
        """A topic name of this test's own."""
        return f"{self.prefix}.{name}"

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables that point every package at this platform and at this test's own topics."""
        return {
            "KAFKA_BROKER_URL": self.bootstrap_servers,
            "SCHEMA_REGISTRY_URL": self.registry_url,
            # a JVM that has just begun, or has stood still for a while, answers late
            "SCHEMA_REGISTRY_TIMEOUT": "60",
            # records carry the dates a test gives them; retention counts from these
            "TOPIC_RETENTION_HOURS": "-1",
            **{variable: self.topic(topic) for variable, topic in TOPIC_VARIABLES.items()},
            **(SANDBOX_VARIABLES if self.kind == "sandbox" else {}),
        }
