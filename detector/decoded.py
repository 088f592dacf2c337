"""What the bytes of a batch say."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from schemas.serdes.columns.decoded_batch import Failure


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the bytes of a batch say.

    Args:
        frame: One row per record that decoded, columns as `fraud.Transaction`.
        positions: Position among the input values, by row.
        schema_ids: Id of the schema a row was written with, by row.
        dead: Records that can never be processed.
        waiting: Records that cannot be decided before the registry answers.
    """

    frame: pl.DataFrame
    positions: NDArray[np.int64]
    schema_ids: NDArray[np.int64]
    dead: Sequence[Failure]
    waiting: Sequence[Failure]

    def distinct_ids(self) -> Sequence[int]:
        """Distinct schema ids; nearly always one, found without sorting."""
        if not self.schema_ids.size:
            return ()
        low, high = int(self.schema_ids.min()), int(self.schema_ids.max())
        if low == high:
            return (low,)
        distinct: list[int] = np.unique(self.schema_ids).tolist()
        return distinct
