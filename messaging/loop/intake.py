"""From records by partition to batches the loop may process."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import accumulate, chain

from messaging.loop.by_turns import by_turns
from messaging.loop.cut_at import cut_at
from messaging.loop.input_batch import InputBatch, Run
from messaging.loop.positions import Positions
from messaging.loop.record import Record
from messaging.partition import Partition


class Intake:
    """Cuts messages into batches per topic, and drops what must not be processed now.

    Args:
        topics: Input topics, in the order their batches are processed; replayed ones in the order of timestamps first.
        positions: Where the loop stands; a record before that is stale (fetched before a seek).
        on_gap: Told of a partition, the offset that was to come, and the first that came, where they differ.
    """

    def __init__(
        self,
        topics: Sequence[str],
        positions: Positions,
        on_gap: Callable[[Partition, int, int], None] = lambda *_: None,
    ) -> None:
        self._topics = tuple(topics)
        self._positions = positions
        self._on_gap = on_gap
        self.dropped = 0
        """Records not processed because they are stale, not owned, or behind a record that waits; all come again."""

    def batches(
        self, parts: Mapping[Partition, Sequence[Record]], barred: Collection[Partition]
    ) -> Iterator[InputBatch]:
        """Batches per topic, replayed records first, those by turns; partitions in `barred` give nothing.

        Args:
            parts: Records by partition, with rising offsets.
            barred: Partitions whose records come again.
        """
        replayed: dict[Partition, Sequence[Record]] = {}
        live: dict[Partition, Sequence[Record]] = {}
        for partition, records in parts.items():
            bound = self._positions.replay_bound(partition)
            before, behind = cut_at(self._kept(partition, records, barred), bound)
            if before:
                replayed[partition] = before
            elif behind:
                # Only markers and aborted records lay before the committed offset.
                self._positions.skip_to(partition, bound)
            if behind:
                live[partition] = behind
        for turn in by_turns(replayed, self._topics):
            yield from _by_topic(self._topics, turn, replay=True)
        yield from _by_topic(self._topics, live, replay=False)

    def _kept(self, partition: Partition, records: Sequence[Record], barred: Collection[Partition]) -> Sequence[Record]:
        if partition in barred or not self._positions.owns(partition):
            self.dropped += len(records)
            return ()
        expected = self._positions.seen(partition, records[0].offset())
        stale, kept = cut_at(records, expected)
        self.dropped += len(stale)
        if kept and kept[0].offset() > expected:
            self._on_gap(partition, expected, kept[0].offset())
        return kept


def _by_topic(
    topics: Sequence[str], parts: Mapping[Partition, Sequence[Record]], *, replay: bool
) -> Iterator[InputBatch]:
    for topic in topics:
        of_topic = {partition: records for partition, records in parts.items() if partition.topic == topic}
        if of_topic:
            yield _joined(topic, of_topic, replay)


def _joined(topic: str, parts: Mapping[Partition, Sequence[Record]], replay: bool) -> InputBatch:
    """One run per partition, since each run has a fixed cost."""
    ends = list(accumulate(map(len, parts.values())))
    runs = list(map(Run, parts, [0, *ends], ends))
    messages = next(iter(parts.values())) if len(parts) == 1 else list(chain.from_iterable(parts.values()))
    return InputBatch(topic, messages, runs, replay)
