"""Topics: waits for the broker, creates what is missing, says what is wrong."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, ClusterMetadata, NewTopic

from messaging.clients import make_admin
from messaging.errors import KafkaRefusedError, TopicMissingError
from messaging.foreign import kafka_error, name_of, translated
from messaging.reaching import ConnectionReports, await_metadata
from messaging.settings import KafkaSettings, TopicCreationSettings

CREATION_SECONDS = 30.0
"""Bound on one CreateTopics request and on the wait until its topics are seen."""


def ensure_topics(
    kafka: KafkaSettings,
    creation: TopicCreationSettings,
    topics: Iterable[str],
    *,
    compacted: Collection[str] = (),
    on_progress: Callable[[str], None] = lambda _: None,
) -> Mapping[str, int]:
    """Partitions of every topic in `topics`; topics that are missing are created first.

    Args:
        kafka: Where the broker is, and how long to wait for it.
        creation: Whether and how to create.
        topics: Real names.
        compacted: Those of them that keep the newest record of each key, and no others.
        on_progress: Called about every two seconds with a line while the broker does not answer.

    Raises:
        KafkaUnreachableError: no broker answers within `kafka.wait` seconds.
        KafkaRefusedError: authentication or authorization.
        TopicMissingError: a topic is missing and `creation.creation` is off.
        TopicMismatchError: the broker cannot create it as asked.

    Delivery: may be repeated, and by several processes at once; a topic that exists is never changed.
    """
    wanted = tuple(dict.fromkeys(topics))
    reports = ConnectionReports()
    admin = make_admin({**kafka.properties, "socket.connection.setup.timeout.ms": 5000, "error_cb": reports})

    def ask() -> Mapping[str, int]:
        return _present(await_metadata(admin, reports, kafka, on_progress))

    present = ask()
    missing = [topic for topic in wanted if topic not in present]
    if missing and not creation.creation:
        raise TopicMissingError(
            f"Topics {', '.join(missing)} are not on {kafka.broker_url}, or this principal may not see them, and "
            "TOPIC_CREATION is off. Create them, or set TOPIC_CREATION=true.",
            topic=missing[0],
        )
    if missing:
        _create(admin, creation, missing, compacted)
        present = _await_topics(ask, wanted)
    return {topic: present[topic] for topic in wanted}


def _present(listed: ClusterMetadata) -> Mapping[str, int]:
    """Partitions of all topics, by topic."""
    return {name: len(topic.partitions) for name, topic in listed.topics.items() if topic.error is None}


COMPACTED: Mapping[str, str] = {
    "cleanup.policy": "compact",
    # only closed segments are compacted: small ones keep little that is superseded
    "segment.bytes": str(64 * 1024 * 1024),
    "min.cleanable.dirty.ratio": "0.2",
}


def _create(
    admin: AdminClient, creation: TopicCreationSettings, missing: Iterable[str], compacted: Collection[str]
) -> None:
    retention = -1 if creation.retention_hours < 0 else int(creation.retention_hours * 3_600_000)
    asked = [
        NewTopic(
            topic,
            num_partitions=creation.partitions,
            replication_factor=creation.replication,
            config=dict(COMPACTED) if topic in compacted else {"retention.ms": str(retention)},
        )
        for topic in missing
    ]
    for topic, future in admin.create_topics(asked, request_timeout=CREATION_SECONDS).items():
        try:
            future.result()
        except KafkaException as raised:
            inner = kafka_error(raised)
            # Another process created it between our look and our request.
            if inner is None or name_of(inner) != "TOPIC_ALREADY_EXISTS":
                raise translated(raised, f"creating topic {topic}", topic=topic) from raised


def _await_topics(ask: Callable[[], Mapping[str, int]], wanted: Iterable[str]) -> Mapping[str, int]:
    """CreateTopics answers before every broker's metadata shows the topic."""
    deadline = time.monotonic() + CREATION_SECONDS
    while True:
        present = ask()
        unseen = [topic for topic in wanted if topic not in present]
        if not unseen:
            return present
        if time.monotonic() > deadline:
            raise KafkaRefusedError(
                f"Topic {unseen[0]} was created and this principal cannot see it. Grant it DESCRIBE on the topic.",
                topic=unseen[0],
            )
        time.sleep(0.05)
