"""The alert service: reads the fraud topic in a consumer group of its own."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import wait

import structlog
from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from detector.alerts.errors import DeliveryStoppedError
from detector.alerts.past import Past
from detector.alerts.teller import Teller
from messaging.clients import make_consumer
from messaging.foreign import translated
from messaging.settings import KafkaSettings
from schemas.errors import RegistryUnreachableError

log = structlog.get_logger()

_POLL_SECONDS = 0.2
_BROKER_SECONDS = 10.0
"""Bound on one request to the broker."""

_REGISTRY_SECONDS = 1.0
"""Between two questions to a registry that does not answer."""

_PATIENCE_SECONDS, _TICK_SECONDS = 1.0, 0.05
"""How long a receiver may take before partitions are paused, and how often the group is served from then on."""


class AlertService:
    """Reads flagged records one by one, tells them, and commits the offset after that.

    Args:
        kafka: Where the broker is.
        group: Consumer group.
        topic: The fraud topic.
        teller: Decides and delivers.
        past: Folds what was decided on before, as far back as it matters.
        stop: Set by whoever wants the service to end.
        on_turn: Called whenever the service comes round.

    Delivery: at least once. The offset is committed, with the record's timestamp beside it, after every sink has taken
    the alert or its dead letter is acknowledged. After a crash the record is told again with the same alert id. While a
    sink is slow all partitions are paused and polling goes on, so the group does not rebalance. No record is decided on
    before the past of all partitions at hand is folded: an episode may have been told from any of them.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        *,
        group: str,
        topic: str,
        teller: Teller,
        past: Past,
        stop: threading.Event,
        on_turn: Callable[[], None] = lambda: None,
    ) -> None:
        self._topic = topic
        self._teller = teller
        self._past = past
        self._stop = stop
        self._on_turn = on_turn
        self._owned: set[int] = set()
        self._arrived: list[TopicPartition] = []
        self._error: Exception | None = None
        self.assigned = False
        """Whether the group has given this process its share, which may be no partition at all."""
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
                record = self._polled(_POLL_SECONDS)
                self._catch_up()
                if record is not None and self._checked(record):
                    self._handle(record)
        except DeliveryStoppedError:
            log.info("alert_left_for_next_start")
        except KafkaException as error:
            raise translated(error, f"reading {self._topic}", topic=self._topic) from error
        finally:
            self._past.close()
            self._teller.close()
            self._consumer.close()

    def _polled(self, seconds: float) -> Message | None:
        """The next record; an error that a callback of the group has met is raised here, the library would lose it."""
        record = self._consumer.poll(seconds)
        if self._error is not None:
            raise self._error
        return record

    def _checked(self, record: Message) -> bool:
        error = record.error()
        if error is None:
            return True
        if error.fatal() or not error.retriable():
            raise translated(KafkaException(error), f"reading {self._topic}", topic=self._topic)
        log.warning("read_failed", error=error.str())
        return False

    def _catch_up(self) -> None:
        """Folds the past of partitions that have come."""
        while self._arrived and not self._stop.is_set():
            arrived, self._arrived = self._arrived, []
            self._past.begin(arrived)
            self._keep_polling(self._past.done)
            self._past.end()

    def _handle(self, record: Message) -> None:
        while not self._stop.is_set():
            try:
                told = self._teller.begin(record)
                break
            except RegistryUnreachableError as error:
                log.warning("registry_unreachable", schema_id=error.schema_id)
                self._rest(_REGISTRY_SECONDS)
        else:
            return
        self._keep_polling(lambda seconds: not wait(told.values(), seconds).not_done or self._stop.is_set())
        self._teller.finish(record, told)
        self._commit(record)

    def _rest(self, seconds: float) -> None:
        """Lets so many seconds pass, unless the process is asked to stop."""
        end = time.monotonic() + seconds
        self._keep_polling(lambda tick: self._stop.wait(tick) or time.monotonic() >= end)

    def _keep_polling(self, done: Callable[[float], bool]) -> None:
        """Polls paused partitions until `done`, so that a slow receiver or an absent registry costs no rebalance.

        Not at once: what has been fetched of a paused partition is fetched again, for half a second and more.

        Args:
            done: Waits so many seconds at most, and says whether there is nothing to wait for any more.
        """
        if done(_PATIENCE_SECONDS):
            return
        self._consumer.pause(self._consumer.assignment())
        while not done(_TICK_SECONDS):
            early = self._polled(0)
            if early is not None and early.error() is None:
                # It came with a rebalance, before the partition was paused: read it again later.
                self._consumer.seek(TopicPartition(self._topic, early.partition() or 0, early.offset() or 0))
            self._on_turn()
            # Partitions that came in a rebalance meanwhile arrive unpaused.
            self._consumer.pause(self._consumer.assignment())
        self._consumer.resume(self._consumer.assignment())

    def _commit(self, record: Message) -> None:
        partition, offset = record.partition() or 0, (record.offset() or 0) + 1
        if partition not in self._owned:
            return
        position = TopicPartition(self._topic, partition, offset, metadata=str(record.timestamp()[1]))
        try:
            self._consumer.commit(offsets=[position], asynchronous=False)
        except KafkaException as error:
            # A rebalance came first: whoever owns the partition now tells the record again, with the same alert id.
            log.warning("offset_not_committed", partition=partition, offset=offset, error=str(error))

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self.assigned = True
        if not partitions:
            return
        try:
            committed = consumer.committed(partitions, timeout=_BROKER_SECONDS)
            starts = [TopicPartition(self._topic, known.partition, known.offset) for known in committed]
            consumer.incremental_assign(starts)
        except KafkaException as error:
            self._error = translated(error, f"taking over partitions of {self._topic}", topic=self._topic)
            return
        self._owned.update(known.partition for known in committed)
        self._arrived += committed

    def _on_revoke(self, _: Consumer, partitions: list[TopicPartition]) -> None:
        self._owned.difference_update(one.partition for one in partitions)
