"""Batches decoded in columns."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from schemas.errors import RecordError, RegistryUnreachableError
from schemas.serdes.columns.block import LONGEST_BLOCK, BlockReader, BrokenBlockError, Guards
from schemas.serdes.columns.decoded_batch import DecodedBatch
from schemas.serdes.columns.dtypes import column_types
from schemas.serdes.columns.gathering import Gathering
from schemas.serdes.columns.projection import Projection, projection
from schemas.serdes.columns.quiet import StandardErrorKept
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.frame import PREFIX_LENGTH, prefix, schema_id_of
from schemas.serdes.pinned import PinnedSchema
from schemas.serdes.settings import ReadingSettings
from schemas.serdes.writer_schemas import WriterSchemas

SMALLEST_BLOCK = 16
"""Below this a block costs more than its records one by one."""

Positions = Sequence[int]


class ColumnDecoder:
    """Decodes batches of values into columns of one pinned reader schema.

    Values that share a schema id become one block (see `columns.block`). A block that does not come out as it was put
    together is halved until the broken record stands in a small piece, whose records are decoded one by one: so a
    broken record costs a few decodings of its block's halves, and the values and errors are the per-record path's.

    Delivery: as `RecordDeserializer`; a broken value costs itself and never its neighbours.

    Args:
        writer_schemas: Where writer schemas come from.
        pinned: Reader schema.
        settings: As for `RecordDeserializer`.
        guards: Numbers of the guards; random ones without it.
    """

    def __init__(
        self,
        writer_schemas: WriterSchemas,
        pinned: PinnedSchema,
        settings: ReadingSettings | None = None,
        guards: Guards | None = None,
    ) -> None:
        self.pinned = pinned
        self.records = RecordDeserializer(writer_schemas, pinned, settings)
        self._types = column_types(pinned.schema)
        self._guards = guards or Guards()
        self._standard_error = StandardErrorKept()
        self._blocks: dict[int, tuple[BlockReader, Projection] | None] = {}

    def decode(self, values: Sequence[bytes | None]) -> DecodedBatch:
        """The records in a batch of Kafka values, and the values that hold none.

        Raises:
            RegistryRefusedError: the registry answers and refuses, which no record is to blame for.
        """
        return self._uniform(values) or self._mixed(values)

    def _uniform(self, values: Sequence[bytes | None]) -> DecodedBatch | None:
        """The batch in one block, where all is well and of one schema, as nearly always."""
        if not SMALLEST_BLOCK <= len(values) <= LONGEST_BLOCK:
            return None
        try:
            schema_id = schema_id_of(values[0])
            frame = self._block(schema_id, values)  # type: ignore[arg-type]  # null fails there
        except (RecordError, RegistryUnreachableError, BrokenBlockError, TypeError):
            return None
        if frame is None:
            return None
        count = len(values)
        return DecodedBatch(frame, np.arange(count), np.full(count, schema_id, np.int64))

    def _block(self, schema_id: int, values: Sequence[bytes]) -> pl.DataFrame | None:
        """The values as columns; None for a schema that takes the per-record path."""
        if schema_id not in self._blocks:
            self._blocks[schema_id] = self._planned(schema_id)
        planned = self._blocks[schema_id]
        if planned is None:
            return None
        reader, plan = planned
        return plan.apply(reader.read(values, prefix(schema_id)), len(values))

    def _planned(self, schema_id: int) -> tuple[BlockReader, Projection] | None:
        writer = self.records.resolution(schema_id).writer
        plan = projection(writer.schema, self.pinned.schema)
        if plan is None:
            return None
        return BlockReader(plan.block_types, self._guards, self._standard_error), plan

    def _mixed(self, values: Sequence[bytes | None]) -> DecodedBatch:
        gathering = Gathering(self._types)
        groups: dict[int, list[int]] = {}
        for position, value in enumerate(values):
            try:
                groups.setdefault(schema_id_of(value), []).append(position)
            except RecordError as error:
                gathering.fail(position, error)
        for schema_id, positions in groups.items():
            try:
                self.records.resolution(schema_id)
            except (RecordError, RegistryUnreachableError) as error:
                gathering.fail_all(positions, error)
            else:
                self._group(schema_id, positions, values, gathering)
        return gathering.batch()

    def _group(
        self, schema_id: int, positions: Positions, values: Sequence[bytes | None], gathering: Gathering
    ) -> None:
        """Halves until pieces decode; a stack instead of recursion keeps the order of the values."""
        pieces = [positions[at : at + LONGEST_BLOCK] for at in range(0, len(positions), LONGEST_BLOCK)][::-1]
        while pieces:
            piece = pieces.pop()
            frame = None
            if len(piece) >= SMALLEST_BLOCK:
                try:
                    frame = self._block(schema_id, [values[position] or b"" for position in piece])
                except BrokenBlockError:
                    middle = len(piece) // 2
                    pieces += [piece[middle:], piece[:middle]]
                    continue
            if frame is not None:
                gathering.add(schema_id, piece, frame)
            else:
                self._one_by_one(schema_id, piece, values, gathering)

    def _one_by_one(
        self, schema_id: int, positions: Positions, values: Sequence[bytes | None], gathering: Gathering
    ) -> None:
        resolution = self.records.resolution(schema_id)
        for position in positions:
            try:
                record = resolution.decode_at(values[position] or b"", PREFIX_LENGTH)
            except RecordError as error:
                gathering.fail(position, error)
            else:
                gathering.add_record(schema_id, position, record)
