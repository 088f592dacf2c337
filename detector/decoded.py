"""What the bytes of a batch say."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detector.batch import TransactionBatch
from schemas.serdes.columns.decoded_batch import Failure


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the bytes of a batch say.

    Args:
        batch: The records that decoded.
        positions: Position among the input values, by row.
        schema_ids: Id of the schema a row was written with, by row.
        dead: Records that can never be processed.
        waiting: Records that cannot be decided before the registry answers.
    """

    batch: TransactionBatch
    positions: NDArray[np.int64]
    schema_ids: NDArray[np.int64]
    dead: Sequence[Failure]
    waiting: Sequence[Failure]

    @property
    def frame(self) -> pl.DataFrame:
        """One row per record, columns as `fraud.Transaction`."""
        return self.batch.frame

    def sources(self, rows: Sequence[int] | None = None) -> list[bytes]:
        """Accounts that pay, of some rows or of all: the keys of the records."""
        texts = self.batch.texts.sources
        return texts.to_list() if rows is None else texts.at(np.array(rows, np.int64))

    def distinct_ids(self) -> Sequence[int]:
        """Distinct schema ids; nearly always one, found without sorting."""
        if not self.schema_ids.size:
            return ()
        low, high = int(self.schema_ids.min()), int(self.schema_ids.max())
        if low == high:
            return (low,)
        distinct: list[int] = np.unique(self.schema_ids).tolist()
        return distinct
