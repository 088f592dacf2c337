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
        joined = column.str.join("").item() if len(column) else ""
        data = np.array(np.frombuffer((joined or "").encode(), dtype=np.uint8))
        return cls(data, np.cumsum(column.str.len_bytes().to_numpy(), dtype=np.int64))

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
    columns: I64

    def admitted(self, words: I64) -> I64:
        """The columns for one stage, whose filters let payments pass as `words` say."""
        columns = self.columns.copy()
        columns[:, C_ADMITTED] = words
        return columns


_ROTATED = np.uint64(29)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def keyed(batch: TransactionBatch, local: NDArray[np.bool_] | None = None) -> Keyed:
    """Hashes a batch; `local` says which payees live in this partition, absent: all."""
    frame = batch.frame
    ids = Texts.of(frame["id"])
    sources, targets = Texts.of(frame["source"]).hashes, Texts.of(frame["target"]).hashes
    columns = np.empty((len(batch), BATCH_COLUMNS), dtype=np.int64)
    columns[:, C_TIMES], columns[:, C_AMOUNTS] = batch.occurred_at, batch.amounts
    columns[:, C_CURRENCIES] = _currencies(frame["currency"])
    columns[:, C_SOURCES], columns[:, C_TARGETS] = sources.view(np.int64), targets.view(np.int64)
    columns[:, C_PAIRS], columns[:, C_IDS] = _pairs(sources, targets), ids.hashes.view(np.int64)
    columns[:, C_ADMITTED], columns[:, C_LOCAL] = 1, 1 if local is None else local
    return Keyed(batch, ids, columns)


def _currencies(column: pl.Series) -> I64:
    """Three-letter codes as numbers below 2^32."""
    return (Texts.of(column).hashes & np.uint64(0xFFFFFFFF)).view(np.int64)


def _pairs(sources: NDArray[np.uint64], targets: NDArray[np.uint64]) -> I64:
    """Keys of unordered pairs of accounts, never 0."""
    mixed = (sources + targets) * _MULTIPLIER ^ (sources ^ targets)
    mixed ^= mixed >> _ROTATED
    mixed *= _MULTIPLIER
    mixed ^= mixed >> _ROTATED
    return np.where(mixed == 0, np.uint64(1), mixed).view(np.int64)
