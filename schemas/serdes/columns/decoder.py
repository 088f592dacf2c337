"""Batches decoded in columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import polars as pl

from schemas.errors import RecordError, RegistryUnreachableError
from schemas.serdes.columns.block import LONGEST_BLOCK, BlockReader, BrokenBlockError, Guards
from schemas.serdes.columns.borders import whole
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


@dataclass(frozen=True, slots=True)
class _Path:
    """How values of one schema id are decoded in columns.

    `strict` is for the usual case; `lenient` leaves text as bytes, so that one bad string does not break the block.
    """

    projection: Projection
    strict: BlockReader
    lenient: BlockReader


class ColumnDecoder:
    """Decodes batches of values into columns of one pinned reader schema.

    Values that share a schema id become one block (see `columns.block`). Where a block does not come out as it was put
    together, the borders of its records are looked at: the whole ones make a second block, whose rows with a value
    outside the contract are told apart, and all others are decoded one by one. So a broken record costs its batch a
    second decoding, and every error is the per-record path's.

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
        self._paths: dict[int, _Path | None] = {}

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
            frame = self._block(schema_id, values)  # type: ignore[arg-type]  # a null fails there
        except (RecordError, RegistryUnreachableError, BrokenBlockError, TypeError):
            return None
        if frame is None:
            return None
        count = len(values)
        return DecodedBatch(frame, np.arange(count), np.full(count, schema_id, np.int64))

    def _block(self, schema_id: int, values: Sequence[bytes]) -> pl.DataFrame | None:
        """The values as columns; None for a schema that takes the per-record path."""
        path = self._path(schema_id)
        if path is None:
            return None
        return path.projection.apply(path.strict.read(values, prefix(schema_id)), len(values))

    def _path(self, schema_id: int) -> _Path | None:
        if schema_id not in self._paths:
            writer = self.records.resolution(schema_id).writer
            plan = projection(writer.schema, self.pinned.schema)
            self._paths[schema_id] = None if plan is None else self._planned(plan)
        return self._paths[schema_id]

    def _planned(self, plan: Projection) -> _Path:
        lenient = ["bytes" if kind == "string" else kind for kind in plan.block_types]
        return _Path(
            plan,
            BlockReader(plan.block_types, self._guards, self._standard_error),
            BlockReader(lenient, self._guards, self._standard_error),
        )

    def _mixed(self, values: Sequence[bytes | None]) -> DecodedBatch:
        gathering = Gathering(self._types)
        for frame, positions in _by_frame(values).items():
            try:
                schema_id = schema_id_of(frame)
                self.records.resolution(schema_id)
            except (RecordError, RegistryUnreachableError) as error:
                gathering.fail_all(positions, error)
            else:
                tried = len(positions) == len(values) <= LONGEST_BLOCK  # as one block, and failed
                for start in range(0, len(positions), LONGEST_BLOCK):
                    piece = positions[start : start + LONGEST_BLOCK]
                    self._piece(schema_id, piece, values, gathering, broken=tried)
        return gathering.batch()

    def _piece(
        self,
        schema_id: int,
        positions: Sequence[int],
        values: Sequence[bytes | None],
        gathering: Gathering,
        *,
        broken: bool,
    ) -> None:
        payloads = [values[position] or b"" for position in positions]
        path = self._path(schema_id) if len(positions) >= SMALLEST_BLOCK else None
        left = positions
        if path is not None:
            try:
                frame = None if broken else self._block(schema_id, payloads)
            except BrokenBlockError:
                frame = None
            if frame is not None:
                gathering.add(schema_id, positions, frame)
                return
            left = self._salvage(schema_id, path, positions, payloads, gathering)
        self._one_by_one(schema_id, left, values, gathering)

    def _salvage(
        self, schema_id: int, path: _Path, positions: Sequence[int], payloads: list[bytes], gathering: Gathering
    ) -> list[int]:
        """Adds the good rows of a broken block; the positions that are left."""
        sound = whole(payloads, path.lenient.types)
        chosen, places = np.flatnonzero(sound), np.array(positions)
        try:
            columns = path.lenient.read(list(compress(payloads, sound.tolist())), prefix(schema_id))
        except BrokenBlockError:
            return list(positions)
        frame, valid = path.projection.apply_where_valid(columns, len(chosen))
        kept = chosen[valid]
        gathering.add(schema_id, places[kept].tolist(), frame)
        left: list[int] = np.delete(places, kept).tolist()
        return left

    def _one_by_one(
        self, schema_id: int, positions: Sequence[int], values: Sequence[bytes | None], gathering: Gathering
    ) -> None:
        resolution = self.records.resolution(schema_id)
        for position in positions:
            try:
                record = resolution.decode_at(values[position] or b"", PREFIX_LENGTH)
            except RecordError as error:
                gathering.fail(position, error)
            else:
                gathering.add_record(schema_id, position, record)


def _by_frame(values: Sequence[bytes | None]) -> Mapping[bytes | None, Sequence[int]]:
    """Positions of the values that begin alike; mostly all do, and to see that costs a third of sharing them out."""
    frames = [value and value[:PREFIX_LENGTH] for value in values]
    if len(set(frames)) == 1:
        return {frames[0]: range(len(values))}
    groups: dict[bytes | None, list[int]] = {}
    for position, frame in enumerate(frames):
        groups.setdefault(frame, []).append(position)
    return groups
