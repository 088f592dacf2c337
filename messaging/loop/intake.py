"""From what `consume()` returned to batches the loop may process."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import cast

from confluent_kafka import Message

from messaging.errors import KafkaUnreachableError, MessagingError
from messaging.foreign import name_of, translated
from messaging.loop.input_batch import InputBatch, Run
from messaging.loop.positions import Positions
from messaging.loop.record import Record
from messaging.partition import Partition

_HARMLESS = frozenset({"_PARTITION_EOF", "_MAX_POLL_EXCEEDED"})
"""Reports about a partition's end, or about a rebalance that follows by its callback."""


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
        replayed: dict[str, list[tuple[Partition, list[Record]]]] = {}
        live: dict[str, list[tuple[Partition, list[Record]]]] = {}
        for partition, run in self._runs(cast("Sequence[Record]", messages)):
            fresh = self._fresh(partition, run, barred)
            if not fresh:
                continue
            before, behind = self._at_bound(partition, fresh)
            if before:
                replayed.setdefault(partition.topic, []).append((partition, before))
            if behind:
                live.setdefault(partition.topic, []).append((partition, behind))
        for runs, replay in ((replayed, True), (live, False)):
            for topic in self._topics:
                if topic in runs:
                    yield _joined(topic, runs[topic], replay)

    def _runs(self, records: Sequence[Record]) -> Iterator[tuple[Partition, list[Record]]]:
        if len(self._topics) == 1:
            topic = self._topics[0]
            for number, run in groupby(records, _NUMBER):
                yield Partition(topic, number), list(run)
        else:
            for (topic, number), run in groupby(records, _topic_and_number):
                yield Partition(topic, number), list(run)

    def _fresh(self, partition: Partition, run: list[Record], barred: Collection[Partition]) -> list[Record]:
        if partition in barred or not self._positions.owns(partition):
            self.dropped += len(run)
            return []
        expected = self._positions.seen(partition, run[0].offset())
        if run[0].offset() >= expected:
            return run
        fresh = [message for message in run if message.offset() >= expected]
        self.dropped += len(run) - len(fresh)
        return fresh

    def _at_bound(self, partition: Partition, run: list[Record]) -> tuple[list[Record], list[Record]]:
        bound = self._positions.replay_bound(partition)
        if run[0].offset() >= bound:
            return [], run
        cut = sum(message.offset() < bound for message in run)
        return run[:cut], run[cut:]


# The unbound method: a methodcaller takes five times as long, for every record.
_NUMBER = cast("Callable[[Record], int]", Message.partition)


def _topic_and_number(record: Record) -> tuple[str, int]:
    return record.topic(), record.partition()


def _joined(topic: str, runs: Sequence[tuple[Partition, list[Record]]], replay: bool) -> InputBatch:
    if len(runs) == 1:
        partition, only = runs[0]
        return InputBatch(topic, only, (Run(partition, 0, len(only)),), replay)
    messages: list[Record] = []
    placed: list[Run] = []
    for partition, run in runs:
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
