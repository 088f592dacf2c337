"""A column of texts as joined bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detector.windows.layout import I64
from detector.windows.texts import hash_texts, murmur2_partitions


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts as joined UTF-8 bytes and the end of each text."""

    data: NDArray[np.uint8]
    ends: I64

    @classmethod
    def of(cls, column: pl.Series) -> "Texts":
        """The texts of a column."""
        return texts_of(column.to_frame("texts"))[0]

    def rows(self, first: int, end: int) -> "Texts":
        """The texts of some rows."""
        start = int(self.ends[first - 1]) if first else 0
        stop = int(self.ends[end - 1]) if end else 0
        return Texts(self.data[start:stop], self.ends[first:end] - start)

    def at(self, rows: I64) -> list[bytes]:
        """The texts of single rows; of hundreds, for each is cut out by itself."""
        stops = self.ends[rows].tolist()
        starts = np.where(rows > 0, self.ends[rows - 1], 0).tolist()
        return [self.data[start:stop].tobytes() for start, stop in zip(starts, stops, strict=True)]

    def to_list(self) -> list[bytes]:
        """All texts."""
        whole, ends = self.data.tobytes(), self.ends.tolist()
        return [whole[start:stop] for start, stop in zip([0, *ends], ends, strict=False)]

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


class PaymentTexts(NamedTuple):
    """The texts of payments that rules and findings look at."""

    ids: Texts
    sources: Texts
    targets: Texts
    currencies: Texts

    def rows(self, first: int, end: int) -> "PaymentTexts":
        """Those of some payments."""
        return PaymentTexts(*(texts.rows(first, end) for texts in self))


def texts_of(frame: pl.DataFrame) -> Sequence[Texts]:
    """The texts of all columns; two queries for the frame, since each costs as much as a thousand texts."""
    joined = frame.select(pl.all().str.join(""))
    lengths = frame.select(pl.all().str.len_bytes())
    return [_texts(joined[name].item() or "", lengths[name]) for name in frame.columns]


def _texts(joined: str, lengths: pl.Series) -> Texts:
    data = np.frombuffer(bytearray(joined, "utf-8"), dtype=np.uint8)  # kernels are compiled for writable arrays
    return Texts(data, np.cumsum(lengths.to_numpy(), dtype=np.int64))
