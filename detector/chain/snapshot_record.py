"""Snapshots as records: one `fraud.StateSnapshot` per chunk, complete or not there at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SnapshotHead:
    """What a snapshot is of.

    Args:
        partition: Number of the partition.
        transactions_offset: Next offset of the input topic that is not in the state.
        screened_offset: The same of the internal topic.
        rule_set: Hash of the rule set.
        contract: Fingerprint of the contract between the stages.
        span: Event times in milliseconds of the first payment in the state and of the latest.
        created_at: When, in milliseconds since 1970-01-01T00:00:00Z.
    """

    partition: int
    transactions_offset: int
    screened_offset: int
    rule_set: str
    contract: str
    span: tuple[int, int]
    created_at: int

    def records(self, chunks: Sequence[bytes]) -> Iterable[Mapping[str, Any]]:
        """One record per chunk."""
        for number, chunk in enumerate(chunks):
            yield {
                "partition": self.partition,
                "transactions_offset": self.transactions_offset,
                "screened_offset": self.screened_offset,
                "rule_set": self.rule_set,
                "contract": self.contract,
                "began_at": _moment(self.span[0]),
                "reached_at": _moment(self.span[1]),
                "created_at": _moment(self.created_at),
                "chunk": number,
                "chunks": len(chunks),
                "content": chunk,
            }

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "SnapshotHead":
        """The head that a record tells."""
        return cls(
            record["partition"],
            record["transactions_offset"],
            record["screened_offset"],
            record["rule_set"],
            record["contract"],
            (_milliseconds(record["began_at"]), _milliseconds(record["reached_at"])),
            _milliseconds(record["created_at"]),
        )


@dataclass(frozen=True, slots=True)
class SavedState:
    """A complete snapshot as it was read."""

    head: SnapshotHead
    chunks: Sequence[bytes]

    @property
    def bytes(self) -> int:
        """Size."""
        return sum(map(len, self.chunks))


def newest_complete(records: Iterable[Mapping[str, Any]]) -> SavedState | None:
    """The newest snapshot of which every chunk is there."""
    by_head: dict[SnapshotHead, dict[int, Mapping[str, Any]]] = {}
    for record in records:
        by_head.setdefault(SnapshotHead.of(record), {})[record["chunk"]] = record
    for head in sorted(by_head, key=lambda head: head.created_at, reverse=True):
        chunks = by_head[head]
        if set(chunks) == set(range(next(iter(chunks.values()))["chunks"])):
            return SavedState(head, [chunks[number]["content"] for number in sorted(chunks)])
    return None


def chunk_key(group: str, partition: int, chunk: int) -> bytes:
    """Key of a chunk: compaction keeps the newest of each."""
    return f"{group}/{partition}/{chunk}".encode()


def _moment(milliseconds: int) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds)


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)
