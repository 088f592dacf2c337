"""Batches of the internal topic cut so that their payments fit memory and caches."""

from collections.abc import Iterator

from messaging.loop import InputBatch, Run
from messaging.loop.record import Record, values_of

PIECE_BYTES = 3_000_000
"""Bytes of values in a piece: some twenty thousand payments, as a batch of the input topic has. A batch of as many
records of the internal topic could hold hundreds of times as many."""


def pieces(batch: InputBatch, most: int = PIECE_BYTES) -> Iterator[InputBatch]:
    """The batch in pieces of about `most` bytes, each with its share of every partition, so that threads have work.

    Args:
        batch: Records of the internal topic.
        most: Bytes of values in a piece; a piece has at least one record.
    """
    size = sum(len(value or b"") for value in values_of(batch.messages))
    count = min(-(-size // most), len(batch.messages))
    if count < 2:
        yield batch
        return
    for number in range(count):
        messages: list[Record] = []
        runs: list[Run] = []
        for partition, start, stop in batch.runs:
            first, end = (start + (stop - start) * share // count for share in (number, number + 1))
            if first < end:
                runs.append(Run(partition, len(messages), len(messages) + end - first))
                messages.extend(batch.messages[first:end])
        if messages:
            yield InputBatch(batch.topic, messages, runs, batch.replay)
