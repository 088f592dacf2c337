"""The alert service: reads the fraud topic in a consumer group of its own."""

import threading
from collections.abc import Callable

import structlog
from confluent_kafka import OFFSET_END, Consumer, KafkaException, Message, TopicPartition

from detector.alerts.errors import DeliveryStoppedError
from detector.alerts.teller import Teller
from messaging.clients import make_consumer
from messaging.foreign import translated
from messaging.settings import KafkaSettings
from schemas.errors import RegistryUnreachableError

log = structlog.get_logger()

_POLL_SECONDS = 0.2
_BROKER_SECONDS = 10.0
"""Bound on one request to the broker."""


class AlertService:
    """Reads flagged records one by one, tells them, and commits the offset after that.

    Args:
        kafka: Where the broker is.
        group: Consumer group.
        topic: The fraud topic.
        teller: Decides and delivers.
        quiet_ms: How far before the committed offset records are folded again after a restart, in milliseconds.
        stop: Set by whoever wants the service to end.

    Delivery: at least once. The offset is committed, with the record's timestamp beside it, after every sink has taken
    the alert or its dead letter is acknowledged. After a crash the record is told again with the same alert id. While a
    sink is slow all partitions are paused and polling goes on, so the group does not rebalance.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        *,
        group: str,
        topic: str,
        teller: Teller,
        quiet_ms: int,
        stop: threading.Event,
        on_turn: Callable[[], None] = lambda: None,
    ) -> None:
        self._topic = topic
        self._teller = teller
        self._quiet_ms = quiet_ms
        self._stop = stop
        self._on_turn = on_turn
        self._committed: dict[int, int] = {}
        self._consumer: Consumer = make_consumer(
            {
                **kafka.properties,
                "group.id": group,
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "isolation.level": "read_committed",
                "partition.assignment.strategy": "cooperative-sticky",
            }
        )

    @property
    def assigned(self) -> bool:
        """Whether the group has given this process partitions, or left it none on purpose."""
        return bool(self._consumer.assignment())

    def run(self) -> None:
        """Runs until `stop` is set; returns with all decided offsets committed.

        Raises:
            MessagingError: the broker refuses, or its answer is fatal.
        """
        self._consumer.subscribe(
            [self._topic], on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_revoke
        )
        try:
            while not self._stop.is_set():
                self._on_turn()
                record = self._consumer.poll(_POLL_SECONDS)
                if record is not None and self._checked(record):
                    self._handle(record)
        except DeliveryStoppedError:
            log.info("alert_left_for_next_start")
        except KafkaException as error:
            raise translated(error, f"reading {self._topic}", topic=self._topic) from error
        finally:
            self._teller.close()
            self._consumer.close()

    def _checked(self, record: Message) -> bool:
        error = record.error()
        if error is None:
            return True
        if error.fatal() or not error.retriable():
            raise translated(KafkaException(error), f"reading {self._topic}", topic=self._topic)
        log.warning("read_failed", error=error.str())
        return False

    def _handle(self, record: Message) -> None:
        partition, offset = record.partition() or 0, record.offset() or 0
        while not self._stop.is_set():
            try:
                if offset < self._committed.get(partition, 0):
                    self._teller.fold(record)
                    return
                told = self._teller.begin(record)
                break
            except RegistryUnreachableError as error:
                log.warning("registry_unreachable", schema_id=error.schema_id)
                self._keep_polling(lambda: self._stop.wait(1.0))
        else:
            return
        self._keep_polling(lambda: all(future.done() for future in told.values()) or self._stop.wait(0.05))
        self._teller.finish(record, told)
        self._commit(record)

    def _keep_polling(self, done: Callable[[], bool]) -> None:
        """Polls paused partitions until `done`, so that a slow receiver or an absent registry costs no rebalance."""
        if done():
            return
        paused = self._consumer.assignment()
        self._consumer.pause(paused)
        while not done():
            early = self._consumer.poll(0.05)
            if early is not None and early.error() is None:
                # It came with a rebalance, before the partition was paused: read it again later.
                self._consumer.seek(TopicPartition(self._topic, early.partition() or 0, early.offset() or 0))
            self._on_turn()
            # Partitions that came in a rebalance meanwhile arrive unpaused.
            self._consumer.pause(self._consumer.assignment())
        self._consumer.resume(self._consumer.assignment())

    def _commit(self, record: Message) -> None:
        partition, offset = record.partition() or 0, (record.offset() or 0) + 1
        if partition not in self._committed:
            return
        position = TopicPartition(self._topic, partition, offset, metadata=str(record.timestamp()[1]))
        try:
            self._consumer.commit(offsets=[position], asynchronous=False)
        except KafkaException as error:
            # A rebalance came first: whoever owns the partition now tells the record again, with the same alert id.
            log.warning("offset_not_committed", partition=partition, offset=offset, error=str(error))
            return
        self._committed[partition] = offset

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        for known in consumer.committed(partitions, timeout=_BROKER_SECONDS):
            self._committed[known.partition] = max(0, known.offset)
            start = self._fold_from(consumer, known)
            consumer.incremental_assign([TopicPartition(self._topic, known.partition, start)])

    def _fold_from(self, consumer: Consumer, known: TopicPartition) -> int:
        """Offset to begin at: so far back that every episode that is still quiet is seen again."""
        if known.offset < 0 or not (known.metadata or "").isdigit():
            return known.offset
        since = int(known.metadata or 0) - 2 * self._quiet_ms
        found = consumer.offsets_for_times(
            [TopicPartition(self._topic, known.partition, max(0, since))], timeout=_BROKER_SECONDS
        )
        offset = int(found[0].offset)
        return known.offset if offset in {-1, OFFSET_END} else min(offset, known.offset)

    def _on_revoke(self, _: Consumer, partitions: list[TopicPartition]) -> None:
        for one in partitions:
            self._committed.pop(one.partition, None)
            self._teller.forget(one.partition)
