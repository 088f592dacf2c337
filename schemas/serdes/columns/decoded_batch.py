"""What became of a batch of values."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from schemas.errors import RecordError, RegistryUnreachableError


@dataclass(frozen=True, slots=True)
class Failure:
    """A value that gave no record: its position in the batch, and why."""

    position: int
    error: RecordError | RegistryUnreachableError


@dataclass(frozen=True, slots=True)
class DecodedBatch:
    """Records in columns, and the values that gave none; every position is in one of the two, once.

    Args:
        frame: One row per record, in the order of the values; columns as the pinned schema: decimals as Decimal,
            timestamps as Datetime in UTC, enums as String.
        positions: Position of each row in the values.
        schema_ids: Id of the schema that wrote each row.
        failures: In the order of the values.
    """

    frame: pl.DataFrame
    positions: NDArray[np.int64]
    schema_ids: NDArray[np.int64]
    failures: tuple[Failure, ...] = ()
