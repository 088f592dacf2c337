"""What happens when the group gives partitions and takes them."""

from collections.abc import Callable, Iterable, Sequence

import structlog
from confluent_kafka import Consumer, TopicPartition

from messaging.errors import TopicMismatchError
from messaging.loop.committed import committed_offsets
from messaging.loop.positions import NOWHERE
from messaging.loop.processor import Processor
from messaging.loop.work import Work
from messaging.metrics import LoopMetrics
from messaging.partition import Partition

log = structlog.get_logger()


class Rebalance:
    """The group's three callbacks, which run inside `consume()` on the loop's thread.

    An error inside a callback is kept and raised by `check` after `consume()`: the library would lose it, or leave the
    rebalance half done.

    Args:
        work: The open transaction.
        processor: Told of partitions that come and go.
        metrics: Counts events.
        incremental: Partitions come and go one by one (cooperative, KIP-848) and not all at once (range).
        committed_wait: Seconds to wait for committed offsets; a predecessor's dangling transaction holds them back
            until its timeout.
    """

    def __init__(
        self, work: Work, processor: Processor, metrics: LoopMetrics, *, incremental: bool, committed_wait: float
    ) -> None:
        self._work = work
        self._processor = processor
        self._metrics = metrics
        self._incremental = incremental
        self._committed_wait = committed_wait
        self._error: Exception | None = None
        self.assigned = False
        """Whether the group has said which partitions are ours, be it none, and they are not on their way elsewhere."""

    def check(self) -> None:
        """Raises what a callback met."""
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Takes partitions over at their committed offsets, or earlier where the processor rebuilds state."""
        self._guarded(lambda: self._assign(consumer, partitions))

    def on_revoke(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Commits while the partitions are still ours, then gives them up.

        Without this commit: we sent outputs of offsets 10 to 20 and have not committed; the partition goes; the new
        owner starts at 10 and sends them too; then our commit succeeds, since the transaction is ours: duplicates.
        """
        del consumer
        self._guarded(lambda: self._revoke(partitions))

    def on_lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Aborts: the partitions belong to somebody else already, who starts at the committed offsets."""
        del consumer
        self._guarded(lambda: self._lose(partitions))

    def _guarded(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:  # noqa: BLE001 raised by `check`
            self._error = self._error or error

    def _assign(self, consumer: Consumer, listed: Sequence[TopicPartition]) -> None:
        committed = committed_offsets(consumer, listed, self._committed_wait)
        starts = self._processor.assigned(committed)
        placed = []
        for partition, offset in committed.items():
            start = starts.get(partition, NOWHERE if offset is None else offset)
            self._work.positions.take(partition, start, offset)
            placed.append(TopicPartition(partition.topic, partition.number, _OFFSET_STORED if start < 0 else start))
        if self._incremental:
            consumer.incremental_assign(placed)
        else:
            consumer.assign(placed)
        self.assigned = True
        self._told("assigned", committed)

    def _revoke(self, listed: Sequence[TopicPartition]) -> None:
        # Where all partitions go at once, the group always says next which are ours; where some go, it need not.
        self.assigned = self.assigned and self._incremental
        partitions = [Partition(p.topic, p.partition) for p in listed]
        try:
            self._work.commit(drained=False)
        finally:
            self._work.forget(partitions)
        self._processor.revoked(partitions)
        self._told("revoked", partitions)

    def _lose(self, listed: Sequence[TopicPartition]) -> None:
        self.assigned = False
        partitions = [Partition(p.topic, p.partition) for p in listed]
        lost = TopicMismatchError("The group gave the partitions to another member.", code="_ASSIGNMENT_LOST")
        try:
            if self._work.open:
                self._work.abort(lost)
        finally:
            self._work.forget(partitions)
        self._processor.lost(partitions)
        self._told("lost", partitions)

    def _told(self, kind: str, partitions: Iterable[Partition]) -> None:
        self._metrics.rebalances.labels(kind).inc()
        self._metrics.assigned.set(len(self._work.positions.owned))
        log.info("partitions_moved", kind=kind, partitions=sorted(map(str, partitions)))


_OFFSET_STORED = -1001
"""OFFSET_INVALID: the library looks for a committed offset, finds none, and follows auto.offset.reset."""
