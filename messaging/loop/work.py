"""The open transaction and everything that must move with it."""

from collections.abc import Callable, Collection, Sequence

import structlog
from confluent_kafka import Consumer, KafkaException, TopicPartition

from messaging.errors import MessagingError, TransactionAbortedError, TransactionLostError
from messaging.fates import fate_of
from messaging.foreign import translated
from messaging.loop.caution import Caution
from messaging.loop.held import HeldPartitions
from messaging.loop.hold import Hold
from messaging.loop.input_batch import InputBatch
from messaging.loop.outputs import Outputs
from messaging.loop.positions import Positions
from messaging.loop.processor import Processor
from messaging.loop.transaction import Transaction
from messaging.metrics import LoopMetrics
from messaging.partition import Partition
from messaging.settings import LoopSettings
from schemas.fate import Fate

log = structlog.get_logger()

REFUSALS = 12
"""Attempts at one refused record: its dead letter whole, then without its value; of a record that holds hundreds of
payments, dead letters for twice as many of them each time."""


class Work:
    """Processes batches in a transaction, commits it, or aborts it and puts everything back.

    "Everything" is four things that only make sense together: the transaction, the own offsets, the consumer's
    position, and the processor's state.

    Delivery: a record's outputs, its offset and the processor's state are kept together or not at all.
    """

    def __init__(
        self,
        consumer: Consumer,
        transaction: Transaction,
        processor: Processor,
        outputs: Outputs,
        *,
        settings: LoopSettings,
        metrics: LoopMetrics,
        clock: Callable[[], float],
    ) -> None:
        self._consumer = consumer
        self._transaction = transaction
        self._processor = processor
        self._outputs = outputs
        self._metrics = metrics
        self._clock = clock
        self._records = 0
        self._refused: dict[tuple[Partition, int], tuple[Exception, int]] = {}
        self._rewinding: set[Partition] = set()
        self._caution = Caution(settings.batch_records)
        self.positions = Positions()
        self.pending: Collection[Partition] = ()
        """Partitions of which records were consumed and not processed: the consumer's position is ahead of the work."""
        self.held = HeldPartitions(consumer, self.positions, settings.retry_wait, clock)

    @property
    def open(self) -> bool:
        """Says whether a transaction is open."""
        return self._transaction.open

    @property
    def limit(self) -> int:
        """Most records to take at once."""
        return 1 if self._refused else self._caution.limit

    @property
    def commit_every_batch(self) -> bool:
        """Says whether every batch must be a transaction of its own."""
        return self._caution.active or bool(self._refused)

    @property
    def barred(self) -> Collection[Partition]:
        """Partitions whose records come again: those that wait, and those not sought back yet."""
        return self.held.partitions | self._rewinding

    def process(self, batches: Sequence[InputBatch]) -> None:
        """Processes the batches of one turn; where one aborts the transaction, the rest is read again.

        Where one holds a partition, later ones go without it: they would go on behind the record that waits, and the
        partition is read again from there. In a replay the partitions of its number wait too: they feed one state.

        Raises:
            Exception: an error whose fate is to end the process.
        """
        before = self.held.partitions
        for at, batch in enumerate(batches):
            flowing = self._flowing(batch, self.held.partitions - before)
            if flowing.runs and not self._processed(flowing):
                self._rewinding.update(run.partition for rest in batches[at:] for run in rest.runs)
                return

    def _flowing(self, batch: InputBatch, held: Collection[Partition]) -> InputBatch:
        """The batch without what comes again: what was held a moment ago, and in a replay what belongs to it."""
        numbers = {partition.number for partition in held if batch.replay}
        late = {p for p, _, _ in batch.runs if p in held or p.number in numbers}
        self._rewinding.update(late)
        return batch.before(dict.fromkeys(late, 0)) if late else batch

    def _processed(self, batch: InputBatch) -> bool:
        try:
            holds = self._process(batch)
        except Exception as error:
            self.abort(error, batch)
            if fate_of(error) is Fate.STOP:
                raise
            if fate_of(error) is Fate.RETRY and not isinstance(error, TransactionAbortedError):
                self.held.hold(Hold(run.partition, batch.messages[run.start].offset(), error) for run in batch.runs)
            return False
        self.positions.advance(batch, {hold.partition: hold.offset for hold in holds})
        self.held.hold(holds)
        self.held.passed([run.partition for run in batch.runs])
        (self._metrics.replayed if batch.replay else self._metrics.consumed).labels(batch.topic).inc(len(batch))
        return True

    def _process(self, batch: InputBatch) -> Collection[Hold]:
        if not batch.replay:
            self._transaction.begin()
            self._records += len(batch)
        if self._refused:
            message = batch.messages[0]
            refusal = self._refused.get((batch.partition_of(0), message.offset()))
            if refusal is not None:
                self._processor.refuse(message, *refusal, self._outputs)
                return ()
        return self._processor.process(batch, self._outputs)

    def commit(self, *, drained: bool) -> None:
        """Commits what is open; an abort that can be made good is made good here.

        Args:
            drained: Everything the consumer has returned is processed, so that its position may be committed where it
                is ahead. False inside a rebalance callback.

        Raises:
            MessagingError: an error that ends the process.
        """
        if not self._transaction.open:
            return
        began = self._clock()
        try:
            if drained:
                self._skip_markers()
            offsets = self.positions.touched()
            self._processor.committing(offsets, self._outputs)
            self._transaction.commit(offsets, self._consumer.consumer_group_metadata())
        except MessagingError as error:
            self.abort(error)
            if fate_of(error) is Fate.STOP:
                raise
            return
        self._settled(began)
        self._processor.committed(offsets)

    def flush(self) -> None:
        """Commits what the processor has to send though no record has come; raises as `commit`.

        The offsets of all partitions go along though they stay: by the group's generation, the broker refuses what a
        member sends that was put out without knowing.
        """
        self._transaction.begin()
        self.positions.touch()
        self.commit(drained=True)

    def _settled(self, began: float) -> None:
        done = self.positions.touched()
        self.positions.settle()
        self._records = 0
        self._caution.passed(self.positions)
        for partition, offset in [*self._refused]:
            if done.get(partition, 0) > offset:
                del self._refused[partition, offset]
        self._metrics.committed.inc()
        self._metrics.commit_seconds.observe(self._clock() - began)

    def _skip_markers(self) -> None:
        """Counts a transaction's markers at the end of a partition as read, or its lag would stay at 1 for ever."""
        away = {*self.barred, *self.pending}
        asked = [TopicPartition(*partition) for partition in self.positions.touched() if partition not in away]
        if not asked:
            return
        try:
            for position in self._consumer.position(asked):
                self.positions.skip_to(Partition(position.topic, position.partition), position.offset)
        except KafkaException as error:
            raise translated(error, "asking for positions") from error

    def abort(self, error: Exception, batch: InputBatch | None = None) -> None:
        """Aborts, and puts offsets, position and state back to the last commit.

        Args:
            error: Why.
            batch: The batch in whose processing it happened, where it did.

        Raises:
            MessagingError: the abort itself failed, or a refused record cannot even be dead-lettered.
        """
        reason = self._reason(error)
        code = getattr(reason, "code", None) or type(reason).__name__
        if isinstance(reason, TransactionLostError):
            self._transaction.open = False
        self._transaction.abort()
        records, reached = self._records, self._reached(batch)
        firsts = self.positions.rewind()
        self._processor.aborted(firsts)
        self._rewinding.update(firsts)
        self._records = 0
        self._metrics.aborted.labels(code).inc()
        log.info("transaction_aborted", code=code, error=str(reason))
        if fate_of(reason) is Fate.DEAD_LETTER:
            if records == 1 and len(reached) == 1:
                (partition,) = reached
                self._refuse(reason, partition, batch.messages[0].offset() if batch else firsts[partition])
            else:
                self._caution.refused(records, reached)

    def _reached(self, batch: InputBatch | None) -> dict[Partition, int]:
        """Offsets the open transaction would have ended at, were `batch` processed."""
        reached = dict(self.positions.touched())
        if batch is not None:
            reached.update({run.partition: batch.messages[run.stop - 1].offset() + 1 for run in batch.runs})
        return reached

    def _reason(self, error: Exception) -> Exception:
        """Asks a transaction that failed in the background for its reason.

        Offsets are added, and never committed: adding is the one call that tells, and an abort follows.
        """
        if not (isinstance(error, TransactionAbortedError) and error.code == "_STATE" and self._transaction.open):
            return error
        try:
            offsets = {partition: max(0, self.positions.next_offset(partition)) for partition in self.positions.owned}
            self._transaction.add_offsets(offsets, self._consumer.consumer_group_metadata())
        except MessagingError as reason:
            return reason
        return error

    def _refuse(self, reason: Exception, partition: Partition, offset: int) -> None:
        """Remembers a record that failed alone; it gets a dead letter when it comes again."""
        attempts = self._refused[partition, offset][1] if (partition, offset) in self._refused else 0
        if attempts >= REFUSALS:
            raise TransactionLostError(
                f"{partition} offset {offset} cannot even be dead-lettered: {reason} If it is too large, raise "
                "max.message.bytes of the dead-letter topic.",
                topic=partition.topic,
                partition=partition.number,
                offset=offset,
            )
        self._refused[partition, offset] = (reason, attempts + 1)

    def rewind(self) -> None:
        """Seeks back what was aborted. Outside rebalance callbacks only.

        Raises:
            MessagingError: the library cannot seek; a new process begins at the committed offsets.
        """
        for partition in self._rewinding - self.held.partitions:
            offset = self.positions.next_offset(partition) if self.positions.owns(partition) else -1
            if offset < 0:
                continue
            try:
                self._consumer.seek(TopicPartition(partition.topic, partition.number, offset))
            except KafkaException as error:
                raise translated(error, f"seeking {partition} back to {offset}", topic=partition.topic) from error
        self._rewinding.clear()

    def forget(self, partitions: Collection[Partition]) -> None:
        """Gives partitions up."""
        self.positions.forget(partitions)
        self.held.forget(partitions)
        self._refused = {at: refusal for at, refusal in self._refused.items() if at[0] not in partitions}
        self._rewinding.difference_update(partitions)
