"""A batch as the kernels read it."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detector.batch import TransactionBatch
from detector.windows.layout import (
    BATCH_COLUMNS,
    C_ADMITTED,
    C_AMOUNTS,
    C_CURRENCIES,
    C_IDS,
    C_LOCAL,
    C_PAIRS,
    C_SOURCES,
    C_TARGETS,
    C_TIMES,
    I64,
)
from detector.windows.texts import hash_texts, murmur2_partitions


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts as joined UTF-8 bytes and the end of each text."""

    data: NDArray[np.uint8]
    ends: I64

    @classmethod
    def of(cls, column: pl.Series) -> "Texts":
        """The texts of a column."""
        return _texts_of(column.to_frame("texts"))[0]

    def rows(self, first: int, end: int) -> "Texts":
        """The texts of some rows."""
        start = int(self.ends[first - 1]) if first else 0
        stop = int(self.ends[end - 1]) if end else 0
        return Texts(self.data[start:stop], self.ends[first:end] - start)

    @property
    def hashes(self) -> NDArray[np.uint64]:
        """64-bit hashes, stable over versions and processes: they travel with records and stand in snapshots."""
        hashes = np.zeros(self.ends.shape[0], dtype=np.uint64)
        with np.errstate(over="ignore"):
            hash_texts(self.data, self.ends, hashes)
        return hashes

    def partitions(self, count: int) -> I64:
        """The partition of `count` that Kafka's murmur2 partitioner gives each text as a key."""
        partitions = np.zeros(self.ends.shape[0], dtype=np.int64)
        murmur2_partitions(self.data, self.ends, count, partitions)
        return partitions


@dataclass(frozen=True, slots=True)
class Keyed:
    """A batch with its texts hashed; both stages read it."""

    batch: TransactionBatch
    ids: Texts
    targets: Texts
    columns: I64

    def admitted(self, words: I64) -> I64:
        """The columns for one stage, whose filters let payments pass as `words` say."""
        columns = self.columns.copy()
        columns[:, C_ADMITTED] = words
        return columns

    def local(self, local: NDArray[np.bool_]) -> "Keyed":
        """The same payments, with whether each payee lives in this partition; without it all do."""
        columns = self.columns.copy()
        columns[:, C_LOCAL] = local
        return Keyed(self.batch, self.ids, self.targets, columns)

    def rows(self, first: int, end: int) -> "Keyed":
        """Some rows; hashing a batch once and cutting it costs less than hashing each part."""
        if first == 0 and end == len(self.batch):
            return self
        frame = self.batch.frame.slice(first, end - first)
        ids, targets = self.ids.rows(first, end), self.targets.rows(first, end)
        return Keyed(TransactionBatch(frame), ids, targets, self.columns[first:end])


_ROTATED = np.uint64(29)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def keyed(batch: TransactionBatch) -> Keyed:
    """Hashes a batch."""
    ids, sources, targets, currencies = _texts_of(batch.frame.select("id", "source", "target", "currency"))
    payers, payees = sources.hashes, targets.hashes
    columns = np.empty((len(batch), BATCH_COLUMNS), dtype=np.int64)
    columns[:, C_TIMES], columns[:, C_AMOUNTS] = batch.occurred_at, batch.amounts
    columns[:, C_CURRENCIES] = (currencies.hashes & np.uint64(0xFFFFFFFF)).view(np.int64)  # three letters
    columns[:, C_SOURCES], columns[:, C_TARGETS] = payers.view(np.int64), payees.view(np.int64)
    columns[:, C_PAIRS], columns[:, C_IDS] = _pairs(payers, payees), ids.hashes.view(np.int64)
    columns[:, C_ADMITTED], columns[:, C_LOCAL] = 1, 1
    return Keyed(batch, ids, targets, columns)


def _texts_of(frame: pl.DataFrame) -> list[Texts]:
    """The texts of all columns; two queries for the frame, since each costs as much as a thousand texts."""
    joined = frame.select(pl.all().str.join(""))
    lengths = frame.select(pl.all().str.len_bytes())
    return [_texts(joined[name].item() or "", lengths[name]) for name in frame.columns]


def _texts(joined: str, lengths: pl.Series) -> Texts:
    data = np.frombuffer(bytearray(joined, "utf-8"), dtype=np.uint8)  # kernels are compiled for writable arrays
    return Texts(data, np.cumsum(lengths.to_numpy(), dtype=np.int64))


def _pairs(sources: NDArray[np.uint64], targets: NDArray[np.uint64]) -> I64:
    """Keys of unordered pairs of accounts, never 0."""
    mixed = (sources + targets) * _MULTIPLIER ^ (sources ^ targets)
    mixed ^= mixed >> _ROTATED
    mixed *= _MULTIPLIER
    mixed ^= mixed >> _ROTATED
    return np.where(mixed == 0, np.uint64(1), mixed).view(np.int64)
