"""Takes the snapshots of a group away, so that its state is derived from the log again."""

from collections.abc import Callable
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message
from confluent_kafka.admin import AdminClient

from detector.chain.contracts import ChainContracts
from detector.chain.errors import GroupAtWorkError
from detector.chain.snapshot_record import chunk_key
from detector.chain.stream.snapshot_log import SnapshotLog
from messaging.clients import make_admin, make_producer
from messaging.errors import DeliveryError
from messaging.foreign import kafka_error, translated
from messaging.loop.outputs import NOW
from messaging.settings import KafkaSettings
from schemas.settings import TopicSettings

SECONDS = 30.0


def drop_snapshots(
    kafka: KafkaSettings, topics: TopicSettings, group: str, chain: ChainContracts, say: Callable[[str], None]
) -> int:
    """Writes a tombstone for every chunk of the group's snapshots; how many snapshots there were.

    Args:
        kafka: Where the broker is.
        topics: Real names.
        group: Consumer group; none of its members may run, since they would write the next snapshot from memory.
        chain: Reads snapshots.
        say: Told of each partition.

    Raises:
        GroupAtWorkError: a detector of the group runs.
        MessagingError: the broker does not do its part.

    Delivery: may be repeated; a crash leaves some partitions with their snapshot.
    """
    _check_idle(make_admin(kafka.properties), group)
    failures: list[KafkaError] = []

    def note(error: KafkaError | None, _: Message) -> None:
        if error is not None:
            failures.append(error)

    producer = make_producer({**kafka.properties, "enable.idempotence": True, "acks": "all", "on_delivery": note})
    dropped = 0
    with SnapshotLog(kafka, topics.snapshots, group, chain) as snapshots:
        for number in range(snapshots.partitions(topics.snapshots)):
            saved = snapshots.newest(number)
            if saved is None:
                continue
            for chunk in range(len(saved.chunks)):
                producer.produce(topics.snapshots, None, chunk_key(group, number, chunk), number, timestamp=NOW)
            dropped += 1
            say(f"partition {number}: a snapshot of {saved.bytes:,} bytes is dropped")
    if producer.flush(SECONDS) or failures:
        raise DeliveryError(f"Not all tombstones were written: {failures[0] if failures else 'no answer'}. Try again.")
    return dropped


def _check_idle(admin: AdminClient, group: str) -> None:
    try:
        described: Any = admin.describe_consumer_groups([group], request_timeout=SECONDS)[group].result()
    except KafkaException as error:
        known = kafka_error(error)
        if known is not None and known.code() == KafkaError.GROUP_ID_NOT_FOUND:
            return
        raise translated(error, f"asking for the group {group}") from error
    if described.members:
        running = len(described.members)
        raise GroupAtWorkError(
            f"{'1 detector' if running == 1 else f'{running} detectors'} of the group {group} at work. "
            "Stop all of them, rebuild, and start them again."
        )
