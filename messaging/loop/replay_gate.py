"""Live records wait until all that belongs to their partition number has been replayed."""

from collections.abc import Collection, Iterable

from confluent_kafka import Consumer, KafkaException, TopicPartition

from messaging.foreign import translated
from messaging.loop.input_batch import InputBatch
from messaging.loop.positions import Positions
from messaging.loop.resuming import resume_at
from messaging.partition import Partition


class ReplayGate:
    """Keeps live records of a partition back while a partition of the same number, of another topic, is replayed.

    Both topics feed one state: judged too early, a live record would see half of it, and undoing its transaction would
    undo replayed records too.

    Args:
        consumer: Used by the loop's thread only.
        positions: Where the loop stands.
    """

    def __init__(self, consumer: Consumer, positions: Positions) -> None:
        self._consumer = consumer
        self._positions = positions
        self._waiting: set[Partition] = set()
        self._sought: dict[Partition, int] = {}

    @property
    def waiting(self) -> Collection[Partition]:
        """Partitions that are paused until another one has been replayed; their records come again."""
        return self._waiting

    def admitted(self, batches: Iterable[InputBatch]) -> list[InputBatch]:
        """The batches without live records that must wait."""
        listed = list(batches)
        replaying = self._positions.replaying
        if not replaying:
            return listed
        return [kept for batch in listed if (kept := self._admitted(batch, replaying))]

    def _admitted(self, batch: InputBatch, replaying: Collection[Partition]) -> InputBatch:
        early = {run.partition for run in batch.runs if _has_sibling(run.partition, replaying)}
        if batch.replay or not early:
            return batch
        self._pause(early)
        return batch.before(dict.fromkeys(early, 0))

    def turn(self, barred: Collection[Partition]) -> None:
        """Looks who is still being replayed, and lets those go on who need not wait any more.

        Args:
            barred: Partitions that are sought back: their position is stale until a record has come.

        Raises:
            MessagingError: the library does not tell or take positions.
        """
        if not self._waiting and not self._positions.replaying:
            self._sought.clear()
            return
        self._skip_markers(barred)
        replaying = self._positions.replaying
        self._pause({p for p in self._positions.owned if p not in replaying and _has_sibling(p, replaying)})
        self._resume([p for p in self._waiting if p in replaying or not _has_sibling(p, replaying)])

    def _pause(self, partitions: Collection[Partition]) -> None:
        fresh = set(partitions) - self._waiting
        if fresh:
            self._consumer.pause([TopicPartition(*partition) for partition in fresh])
            self._waiting |= fresh

    def _resume(self, partitions: Collection[Partition]) -> None:
        for partition in partitions:
            self._waiting.discard(partition)
            if self._positions.owns(partition):
                resume_at(self._consumer, partition, self._positions.next_offset(partition))

    def _skip_markers(self, barred: Collection[Partition]) -> None:
        """Counts markers and aborted records before the committed offset as replayed; no record will come for them."""
        replaying = self._positions.replaying
        self._sought.update({p: self._positions.next_offset(p) for p in replaying if p in barred})
        asked = [TopicPartition(*p) for p in replaying if self._sought.get(p) != self._positions.next_offset(p)]
        try:
            answers = self._consumer.position(asked) if asked else ()
        except KafkaException as error:
            raise translated(error, "asking for positions") from error
        for answer in answers:
            partition = Partition(answer.topic, answer.partition)
            if answer.offset > self._positions.next_offset(partition):
                self._positions.skip_to(partition, min(answer.offset, replaying[partition]))


def _has_sibling(partition: Partition, replaying: Collection[Partition]) -> bool:
    """Whether a partition of the same number, of another topic, is being replayed."""
    return any(other.number == partition.number and other.topic != partition.topic for other in replaying)
