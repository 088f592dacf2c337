"""Consume, process, produce, exactly once."""

import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event

import structlog
from confluent_kafka import Consumer, Producer

from messaging.errors import MessagingError, TopicMismatchError
from messaging.fates import fate_of
from messaging.loop.brake import Brake
from messaging.loop.by_partition import by_partition
from messaging.loop.deleted_unread import DeletedUnread
from messaging.loop.event_order import EventOrder
from messaging.loop.intake import Intake
from messaging.loop.lag import Lag
from messaging.loop.outputs import Outputs
from messaging.loop.processor import Processor
from messaging.loop.rebalance import Rebalance
from messaging.loop.record import Record
from messaging.loop.replay_gate import ReplayGate
from messaging.loop.transaction import Transaction
from messaging.loop.work import Work
from messaging.metrics import LoopMetrics
from messaging.partition import Partition
from messaging.settings import LoopSettings
from schemas.fate import Fate

log = structlog.get_logger()

BRIEFLY = 0.01
"""Seconds to wait for records while others are kept back."""

LAG_INTERVAL = 1.0
"""Seconds between two looks at the lag."""


class ExactlyOnceLoop:
    """Carries a processor's work through Kafka transactions.

    One thread owns the consumer and the producer: the group's callbacks, the group's metadata and the transaction must
    never disagree.

    Args:
        consumer: Made with `consumer_properties`.
        producer: Made with `producer_properties`.
        topics: Input topics; several are taken to be keyed alike, so partition i of all must meet in one process.
        processor: The work.
        settings: How work is cut.
        metrics: What is counted.
        stop: Set from a signal handler or another thread to end the loop after the batch it is in.
        clock: Monotonic seconds.
        in_event_order: The input topic whose partitions are read in the order of their timestamps while they have a
            backlog, and with the other topics' while both are replayed; without it, in the order in which fetches bring
            them.

    Delivery: each input record's outputs are visible to `read_committed` readers exactly once, over crashes, aborts and
    rebalances. Work that was not committed is done again from the committed offsets.
    """

    def __init__(
        self,
        consumer: Consumer,
        producer: Producer,
        topics: Sequence[str],
        processor: Processor,
        *,
        settings: LoopSettings,
        metrics: LoopMetrics,
        stop: Event,
        clock: Callable[[], float] = time.monotonic,
        in_event_order: str | None = None,
    ) -> None:
        self._consumer = consumer
        self._producer = producer
        self._processor = processor
        self._topics = tuple(topics)
        self._settings = settings
        self._metrics = metrics
        self._stop = stop
        self._clock = clock
        self._transaction = Transaction(producer, give_up=stop.is_set)
        self.work = Work(
            consumer,
            self._transaction,
            processor,
            Outputs(producer),
            settings=settings,
            metrics=metrics,
            clock=clock,
        )
        self.rebalance = Rebalance(
            self.work,
            processor,
            metrics,
            incremental=len(topics) == 1 or settings.group_protocol == "consumer",
            committed_wait=3 * settings.transaction_timeout + 10,
        )
        self._intake = Intake(topics, self.work.positions, DeletedUnread(consumer, metrics).gap)
        self._gate = ReplayGate(consumer, self.work.positions)
        self._brake = Brake(consumer, self.work.positions)
        self._lag = Lag(consumer, self.work.positions, metrics)
        self._order: EventOrder | None = None
        if in_event_order is not None:
            self._order = EventOrder(in_event_order, self.work.positions, self._lag.at_end, clock)
        self._commit_due = clock()
        self._lag_due = clock()
        self.turned_at = clock()
        """When the loop last came round; a health check looks at it."""

    @property
    def ready(self) -> bool:
        """Says whether partitions have been assigned and none is still rebuilding state."""
        return self.rebalance.assigned and not self.work.positions.replaying

    def run(self) -> None:
        """Runs until `stop` is set; what is open is committed, then the group is left.

        Raises:
            MessagingError: an error whose fate is to end the process; what was open is aborted.
        """
        # Before subscribe: a partition that comes with a predecessor's transaction open would wait for its offsets.
        self._transaction.init()
        self._consumer.subscribe(
            list(self._topics),
            on_assign=self.rebalance.on_assign,
            on_revoke=self.rebalance.on_revoke,
            on_lost=self.rebalance.on_lost,
        )
        try:
            while not self._stop.is_set():
                self.turn()
            self.work.commit(drained=True)
        except BaseException as error:
            self._abandon(error)
            raise
        finally:
            self._consumer.close()
        self.rebalance.check()

    def turn(self) -> None:
        """One round: seek back what was aborted, consume, process, commit when it is time."""
        work = self.work
        self.turned_at = self._clock()
        work.held.resume_due()
        work.rewind()
        limit = work.limit
        messages = self._consumer.consume(limit, self._patience())
        self.rebalance.check()
        self._producer.poll(0)
        parts: Mapping[Partition, Sequence[Record]] = by_partition(messages)
        if self._order is not None:
            parts = self._order.admitted(parts, {*work.barred, *self._gate.waiting}, limit)
            work.pending = self._order.pending
        if parts:
            work.process(self._gate.admitted(self._intake.batches(parts, work.barred)))
        self._gate.turn({*work.barred, *work.pending})
        if self._order is not None:
            self._brake.turn(self._order.ahead, work.pending, {*work.held.partitions, *self._gate.waiting})
        if work.open and (work.commit_every_batch or self._clock() >= self._commit_due):
            work.commit(drained=True)
            self._commit_due = self._clock() + self._settings.commit_interval
        if self._clock() >= self._lag_due:
            self._observe()

    def _patience(self) -> float:
        """Seconds to wait for records: not past the next commit, and short, since signals wait for `consume`."""
        if self.work.pending:
            return min(self._settings.batch_wait, BRIEFLY)
        if not self.work.open:
            return self._settings.batch_wait
        return min(self._settings.batch_wait, max(0.0, self._commit_due - self._clock()))

    def _observe(self) -> None:
        self._lag.measure(self.work.pending)
        self._metrics.held.set(len(self.work.held))
        self._metrics.dropped.inc(self._intake.dropped)
        self._intake.dropped = 0
        self._check_co_partitioned()
        if not self.work.open and self._processor.idle(rebuilding=bool(self.work.positions.replaying)):
            self.work.flush()
        self._lag_due = self._clock() + LAG_INTERVAL

    def _check_co_partitioned(self) -> None:
        if len(self._topics) == 1:
            return
        owned = self.work.positions.owned
        numbers = {topic: {p.number for p in owned if p.topic == topic} for topic in self._topics}
        if len({frozenset(each) for each in numbers.values()}) > 1:
            raise TopicMismatchError(
                f"The input topics {', '.join(self._topics)} are not shared out alike: {numbers}. Give them the same "
                "number of partitions, and let all members use the range assignor."
            )

    def _abandon(self, error: BaseException) -> None:
        """Aborts on the way out, so that readers need not wait for the transaction's timeout."""
        try:
            self._transaction.abort()
        except MessagingError as second:
            log.info("transaction_left_open", error=str(second), after=str(error))
        self._transaction.open = False
        if isinstance(error, Exception) and fate_of(error) is not Fate.STOP:
            log.info("loop_ended_by_environment", error=str(error))
