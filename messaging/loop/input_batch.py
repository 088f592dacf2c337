"""Records of one input topic, as one `consume()` returned them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from messaging.loop.cut_at import cut_at
from messaging.loop.record import Record
from messaging.partition import Partition


class Run(NamedTuple):
    """Rows `start` to `stop` (exclusive) of a batch are consecutive records of one partition."""

    partition: Partition
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class InputBatch:
    """Records of one topic; those of one partition are in log order.

    Args:
        topic: Input topic of all records.
        messages: The records; none of them carries an error.
        runs: Which rows belong to which partition, in rising order of rows.
        replay: The records lie before the committed offsets: they rebuild state and give no output.
    """

    topic: str
    messages: Sequence[Record]
    runs: Sequence[Run]
    replay: bool = False

    def __len__(self) -> int:
        return len(self.messages)

    def before(self, bounds: Mapping[Partition, int]) -> "InputBatch":
        """The part of the batch that lies before the given offsets; other partitions stay whole."""
        messages: list[Record] = []
        runs: list[Run] = []
        for partition, start, stop in self.runs:
            kept = self.messages[start:stop]
            if partition in bounds:
                kept, _ = cut_at(kept, bounds[partition])
            if kept:
                runs.append(Run(partition, len(messages), len(messages) + len(kept)))
                messages.extend(kept)
        return InputBatch(self.topic, messages, runs, self.replay)

    def partition_of(self, row: int) -> Partition:
        """Partition of the record in `row`."""
        return Partition(self.topic, self.messages[row].partition())
