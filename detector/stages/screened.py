"""Payments between the two stages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from detector.batch import TransactionBatch
from detector.finding import Finding
from detector.stages.columns import Keyed, keyed
from detector.stages.finding_writer import Hit
from detector.windows.layout import FLAG_DUPLICATE, FLAG_LATE, FLAG_NEW, I64
from detector.windows.tags import FUNDERS_SHIFT, HIT_WORDS, HITS_SHIFT, PAYEES_SHIFT, POINTS_SHIFT, TAG_HEAD


class ChainLink(NamedTuple):
    """One earlier payment of a chain over new links that a payment continues.

    Args:
        chain: Index of the chain's reach among those of the rule set.
        id: The payment.
        points: What the payer stage gave it, at most 255.
    """

    chain: int
    id: str
    points: int


@dataclass(frozen=True)
class Screened:
    """A batch as the payer stage passes it on: the payments, their tags in columns, findings with evidence.

    Args:
        keyed: The payments.
        tags: Packed tags of all payments, see `detector.windows.tags`.
        ends: End of each payment's tags.
        findings: Complete findings on the payer by row, where there is evidence besides the payment itself.
        chains: Earlier payments of chains by row, for payees of other partitions.
    """

    keyed: Keyed
    tags: I64
    ends: I64
    findings: Mapping[int, tuple[Finding, ...]] = field(default_factory=dict)
    chains: Mapping[int, tuple[ChainLink, ...]] = field(default_factory=dict)

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
        findings: Mapping[int, tuple[Finding, ...]],
        chains: Mapping[int, tuple[ChainLink, ...]],
    ) -> "Screened":
        """Screened payments as they were read from the internal topic."""
        words = np.frombuffer(b"".join(tags), dtype="<i8").astype(np.int64)
        ends = np.cumsum([len(tag) // 8 for tag in tags], dtype=np.int64)
        return cls(keyed(batch), words, ends, findings, chains)

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

    def hits(self, row: int) -> list[Hit]:
        """What the rules on the payer found on a payment."""
        start = int(self.starts[row])
        if int(self.ends[row]) - start < TAG_HEAD:
            return []
        head = int(self.tags[start])
        at = start + TAG_HEAD + ((head >> FUNDERS_SHIFT) & 255) + ((head >> PAYEES_SHIFT) & 255)
        hits = []
        for word in range(at, at + ((head >> HITS_SHIFT) & 255) * HIT_WORDS, HIT_WORDS):
            which, whole, real, episode = self.tags[word : word + HIT_WORDS].tolist()
            as_float = float(self.tags[word + 2 : word + 3].view(np.float64)[0]) if real else 0.0
            hits.append(Hit(which >> 8, which & 255, whole, as_float, episode))
        return hits

    def single_hits(self) -> tuple[I64, I64]:
        """Rows with exactly one hit that has no episode, and which (measure * 256 + band) it is."""
        head = self._word(0)
        rows = np.flatnonzero((head >> HITS_SHIFT) & 255 == 1)
        at = self.ends[rows] - HIT_WORDS
        rows, at = rows[self.tags[at + 3] == 0], at[self.tags[at + 3] == 0]
        return rows, self.tags[at]

    @property
    def new_links(self) -> I64:
        """Rows of payments over new links that memory takes in."""
        flags = self.flags()
        return np.flatnonzero((flags & FLAG_NEW != 0) & (flags & (FLAG_DUPLICATE | FLAG_LATE) == 0))
