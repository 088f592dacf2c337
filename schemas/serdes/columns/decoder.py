"""Batches decoded in columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from schemas.errors import RecordError, RegistryUnreachableError
from schemas.serdes.columns.decoded_batch import DecodedBatch, Failure
from schemas.serdes.columns.dtypes import column_types
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.frame import split
from schemas.serdes.pinned import PinnedSchema
from schemas.serdes.writer_schemas import WriterSchemas


class ColumnDecoder:
    """Decodes batches of values into columns of one pinned reader schema.

    Delivery: as `RecordDeserializer`; a broken value costs itself and never its neighbours.
    """

    def __init__(self, writer_schemas: WriterSchemas, pinned: PinnedSchema) -> None:
        self.pinned = pinned
        self._records = RecordDeserializer(writer_schemas, pinned)
        self._types = column_types(pinned.schema)

    def decode(self, values: Sequence[bytes | None]) -> DecodedBatch:
        """The records in a batch of Kafka values, and the values that hold none."""
        records: list[dict[str, Any]] = []
        positions: list[int] = []
        schema_ids: list[int] = []
        failures: list[Failure] = []
        for position, value in enumerate(values):
            try:
                records.append(self._records.decode(value))
            except (RecordError, RegistryUnreachableError) as error:
                failures.append(Failure(position, error))
            else:
                positions.append(position)
                schema_ids.append(split(value)[0])
        return DecodedBatch(
            pl.DataFrame(
                {
                    name: pl.Series([record[name] for record in records], dtype=kind)
                    for name, kind in self._types.items()
                }
            ),
            np.array(positions, np.int64),
            np.array(schema_ids, np.int64),
            tuple(failures),
        )
