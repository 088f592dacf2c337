"""Snapshots read back from their topic, and where logs begin."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from detector.chain.contracts import ChainContracts
from detector.chain.snapshot_record import SavedState, chunk_key, newest_complete
from messaging.clients import make_consumer
from messaging.errors import KafkaUnreachableError
from messaging.foreign import translated
from messaging.partition import Partition
from messaging.settings import KafkaSettings
from schemas.errors import RecordError

log = structlog.get_logger()

SECONDS = 30.0
"""Bound on one request, and on the wait for the next record."""

FIRST_LOOK, WIDER = 64, 8
"""Records from the end at the first look, and how much more at the next; a snapshot has one to some hundred chunks."""


class SnapshotLog:
    """Finds the newest complete snapshot of a partition, from the end of the topic backwards.

    Delivery: reads committed records only; commits nothing.

    Args:
        kafka: Where the broker is.
        topic: Real name of the topic of snapshots.
        group: Consumer group whose snapshots are looked for.
        chain: Decodes the records.
    """

    def __init__(self, kafka: KafkaSettings, topic: str, group: str, chain: ChainContracts) -> None:
        self._topic = topic
        self._group = group
        self._chain = chain
        self._consumer: Consumer = make_consumer(
            {
                "fetch.queue.backoff.ms": 10,
                # the end of a partition is told by a fetch that waits so long; a rebalance waits for it
                "fetch.wait.max.ms": 10,
                **kafka.properties,
                "group.id": f"{group}-snapshots",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "enable.partition.eof": True,
                "auto.offset.reset": "earliest",
            }
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._consumer.close()

    def begin_of(self, partition: Partition) -> int:
        """First offset that the log of a partition still holds.

        Raises:
            MessagingError: the broker does not say.
        """
        return self._ends(partition)[0]

    def partitions(self, topic: str) -> int:
        """Number of partitions of a topic; raises as `begin_of`."""
        try:
            return len(self._consumer.list_topics(topic, timeout=SECONDS).topics[topic].partitions)
        except KafkaException as error:
            raise translated(error, f"asking for {topic}", topic=topic) from error

    def newest(self, number: int) -> SavedState | None:
        """The newest complete snapshot of a partition; raises as `begin_of`."""
        low, high = self._ends(Partition(self._topic, number))
        distance = FIRST_LOOK
        while low < high:
            start = max(low, high - distance)
            found = newest_complete(self._read(number, start).values())
            if found is not None or start == low:
                return found
            distance *= WIDER
        return None

    def _ends(self, partition: Partition) -> tuple[int, int]:
        try:
            ends: tuple[int, int] = self._consumer.get_watermark_offsets(TopicPartition(*partition), timeout=SECONDS)
        except KafkaException as error:
            raise translated(error, f"asking for the ends of {partition}", topic=partition.topic) from error
        return ends

    def _read(self, number: int, start: int) -> Mapping[bytes, Mapping[str, Any]]:
        """Newest record by key, from an offset to the end."""
        mine = chunk_key(self._group, number, 0)[:-1]
        records: dict[bytes, Mapping[str, Any]] = {}
        self._consumer.assign([TopicPartition(self._topic, number, start)])
        while True:
            message = self._consumer.poll(SECONDS)
            if message is None:
                raise KafkaUnreachableError(
                    f"{self._topic}-{number} gives no record within {SECONDS:.0f} s.", topic=self._topic
                )
            error = message.error()
            if error is not None:
                if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 the library's only name for it
                    self._consumer.unassign()
                    return records
                raise translated(error, f"reading {self._topic}", topic=self._topic)
            key, value = message.key() or b"", message.value()
            if not key.startswith(mine):
                continue
            records.pop(key, None)
            if value is not None:
                self._keep(records, key, value)

    def _keep(self, records: dict[bytes, Mapping[str, Any]], key: bytes, value: bytes) -> None:
        try:
            records[key] = self._chain.snapshot_reader.decode(value)
        except RecordError as error:
            log.warning("snapshot_unreadable", key=key.decode(errors="replace"), error=str(error))
