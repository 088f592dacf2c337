"""Payments between the two stages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np

from detector.batch import TransactionBatch
from detector.finding import Finding
from detector.stages.columns import Keyed, keyed
from detector.stages.hits import Hits
from detector.stages.names import Names
from detector.windows.layout import FLAG_DUPLICATE, FLAG_LATE, FLAG_NEW, I64
from detector.windows.tags import POINTS_SHIFT, TAG_HEAD


@dataclass(frozen=True)
class Screened:
    """A batch as the payer stage passes it on: the payments, their tags in columns, findings with evidence.

    Args:
        keyed: The payments.
        tags: Packed tags of all payments, see `detector.windows.tags`.
        ends: End of each payment's tags.
        names: Payments that findings on the payer cite, and earlier payments of chains for payees of other partitions.
        findings: Complete findings by row, of rules in Python.
    """

    keyed: Keyed
    tags: I64
    ends: I64
    names: Names
    findings: Mapping[int, tuple[Finding, ...]] = field(default_factory=dict)

    @property
    def batch(self) -> TransactionBatch:
        """The payments."""
        return self.keyed.batch

    def __len__(self) -> int:
        return len(self.keyed.batch)

    def tag_bytes(self) -> list[bytes]:
        """The tags of each payment as bytes, little-endian words: field `tags` of the record."""
        data = self.tags.astype("<i8", copy=False).tobytes()
        return [data[start:end] for start, end in pairwise([0, *(self.ends * 8).tolist()])]

    @classmethod
    def of_records(
        cls,
        batch: TransactionBatch,
        tags: Sequence[bytes],
        names: Names | None = None,
        findings: Mapping[int, tuple[Finding, ...]] | None = None,
    ) -> "Screened":
        """Screened payments as they were read from the internal topic."""
        words = np.frombuffer(b"".join(tags), dtype="<i8").astype(np.int64)
        ends = np.cumsum([len(tag) // 8 for tag in tags], dtype=np.int64)
        return cls(keyed(batch), words, ends, names or Names.none(len(batch)), findings or {})

    @cached_property
    def starts(self) -> I64:
        """Start of each payment's tags."""
        return np.concatenate([np.zeros(1, np.int64), self.ends[:-1]])[: len(self)]

    def flags(self) -> I64:
        """Flags of each payment (FLAG_*); 0 where there are no tags."""
        return self._word(0) & 255

    def points(self) -> I64:
        """Points of the payer stage."""
        return self._word(1) >> POINTS_SHIFT

    def _word(self, at: int) -> I64:
        there = self.ends - self.starts >= TAG_HEAD
        words = np.zeros(len(self), np.int64)
        words[there] = self.tags[self.starts[there] + at]
        return words

    @cached_property
    def hits(self) -> Hits:
        """What the rules on the payer found."""
        return Hits.packed(self.tags, self.ends)

    def hits_on(self, rows: I64) -> Hits:
        """What they found on some rows; only the tags of those are unpacked."""
        starts, sizes = self.starts[rows], self.ends[rows] - self.starts[rows]
        ends = np.cumsum(sizes)
        places = np.repeat(starts - ends + sizes, sizes) + np.arange(sizes.sum())
        return Hits.packed(self.tags[places], ends).renamed(rows)

    @property
    def new_links(self) -> I64:
        """Rows of payments over new links that memory takes in."""
        flags = self.flags()
        return np.flatnonzero((flags & FLAG_NEW != 0) & (flags & (FLAG_DUPLICATE | FLAG_LATE) == 0))
