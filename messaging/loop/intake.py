"""From what `consume()` returned to batches the loop may process."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import cast

from confluent_kafka import Message

from messaging.errors import KafkaUnreachableError, MessagingError
from messaging.foreign import name_of, translated
from messaging.loop.input_batch import InputBatch, Run
from messaging.loop.positions import Positions
from messaging.loop.record import Record
from messaging.loop.stretches import stretches
from messaging.partition import Partition

_HARMLESS = frozenset({"_PARTITION_EOF", "_MAX_POLL_EXCEEDED"})
"""Reports about a partition's end, or about a rebalance that follows by its callback."""


_Parts = dict[str, dict[Partition, list[Record]]]
"""Records by topic and partition, each partition's in log order."""


class Intake:
    """Cuts messages into batches per topic, and drops what must not be processed now.

    Args:
        topics: Input topics, in the order their batches are processed.
        positions: Where the loop stands; a record before that is stale (fetched before a seek).
    """

    def __init__(self, topics: Sequence[str], positions: Positions) -> None:
        self._topics = tuple(topics)
        self._positions = positions
        self.dropped = 0
        """Records not processed because they are stale, not owned, or behind a record that waits; all come again."""

    def batches(self, messages: Sequence[Message], barred: Collection[Partition]) -> Iterator[InputBatch]:
        """Batches per topic, replayed records first; partitions in `barred` give nothing.

        Raises:
            MessagingError: a message is an error report that ends the work.
        """
        if any(map(Message.error, messages)):
            messages = _without_reports(messages)
        replayed: _Parts = {}
        live: _Parts = {}
        for partition, run in stretches(cast("Sequence[Record]", messages)):
            fresh = self._fresh(partition, run, barred)
            before, behind = self._at_bound(partition, fresh) if fresh else ([], [])
            for kept, parts in ((before, replayed), (behind, live)):
                if kept:
                    parts.setdefault(partition.topic, {}).setdefault(partition, []).extend(kept)
        for parts, replay in ((replayed, True), (live, False)):
            for topic in self._topics:
                if topic in parts:
                    yield _joined(topic, parts[topic], replay)

    def _fresh(self, partition: Partition, run: Sequence[Record], barred: Collection[Partition]) -> Sequence[Record]:
        if partition in barred or not self._positions.owns(partition):
            self.dropped += len(run)
            return []
        expected = self._positions.seen(partition, run[0].offset())
        if run[0].offset() >= expected:
            return run
        fresh = [message for message in run if message.offset() >= expected]
        self.dropped += len(run) - len(fresh)
        return fresh

    def _at_bound(self, partition: Partition, run: Sequence[Record]) -> tuple[Sequence[Record], Sequence[Record]]:
        bound = self._positions.replay_bound(partition)
        if run[0].offset() >= bound:
            return [], run
        cut = sum(message.offset() < bound for message in run)
        return run[:cut], run[cut:]


def _joined(topic: str, parts: Mapping[Partition, list[Record]], replay: bool) -> InputBatch:
    """One run per partition, however finely the broker's answers mixed them: each run has a fixed cost."""
    messages: list[Record] = []
    placed: list[Run] = []
    for partition, run in parts.items():
        placed.append(Run(partition, len(messages), len(messages) + len(run)))
        messages.extend(run)
    return InputBatch(topic, messages, placed, replay)


def _without_reports(messages: Iterable[Message]) -> list[Message]:
    kept = []
    for message in messages:
        if message.error() is None:
            kept.append(message)
        else:
            _check(message)
    return kept


def _check(report: Message) -> None:
    error = report.error()
    if error is None or name_of(error) in _HARMLESS:
        return
    known: MessagingError = translated(error, "reading", topic=report.topic())
    # The library reconnects by itself; the loop only goes without records for a while.
    if isinstance(known, KafkaUnreachableError) and not error.fatal():
        return
    raise known
