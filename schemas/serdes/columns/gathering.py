"""Pieces of a batch put together again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from schemas.errors import RecordError, RegistryUnreachableError
from schemas.serdes.columns.decoded_batch import DecodedBatch, Failure


class Gathering:
    """Collects frames, single records and failures, in any order.

    Args:
        types: Column types of the batch.
    """

    def __init__(self, types: Mapping[str, pl.DataType]) -> None:
        self._types = types
        self._frames: list[pl.DataFrame] = []
        self._positions: list[int] = []
        self._schema_ids: list[int] = []
        self._records: list[tuple[int, int, Mapping[str, Any]]] = []
        self._failures: list[Failure] = []

    def add(self, schema_id: int, positions: Sequence[int], frame: pl.DataFrame) -> None:
        """Decoded rows and their positions."""
        self._frames.append(frame)
        self._positions += positions
        self._schema_ids += [schema_id] * len(positions)

    def add_record(self, schema_id: int, position: int, record: Mapping[str, Any]) -> None:
        """A record decoded by itself."""
        self._records.append((position, schema_id, record))

    def fail(self, position: int, error: RecordError | RegistryUnreachableError) -> None:
        """A value that gave no record."""
        self._failures.append(Failure(position, error))

    def fail_all(self, positions: Iterable[int], error: RecordError | RegistryUnreachableError) -> None:
        """Values that share an error."""
        self._failures += [Failure(position, error) for position in positions]

    def batch(self) -> DecodedBatch:
        """All of it, in the order of the values."""
        if self._records or not self._frames:
            positions, schema_ids, records = zip(*self._records, strict=True) if self._records else ((), (), ())
            self._frames.append(frame_of(records, self._types))
            self._positions += positions
            self._schema_ids += schema_ids
        order = np.argsort(np.array(self._positions, np.int64), kind="stable")
        return DecodedBatch(
            frame=(pl.concat(self._frames, rechunk=True) if len(self._frames) > 1 else self._frames[0])[order],
            positions=np.array(self._positions, np.int64)[order],
            schema_ids=np.array(self._schema_ids, np.int64)[order],
            failures=tuple(sorted(self._failures, key=lambda failure: failure.position)),
        )


def frame_of(records: Sequence[Mapping[str, Any]], types: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Records as columns of the given types."""
    return pl.DataFrame(
        [pl.Series(name, [record[name] for record in records], dtype=dtype) for name, dtype in types.items()]
    )
