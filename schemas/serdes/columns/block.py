"""Payloads put together as one Avro container block, decoded at once, every border guarded."""

import io
import os
from collections.abc import Sequence
from itertools import chain

import fastavro
import numpy as np
import polars as pl
from polars.exceptions import PanicException

from schemas.serdes.columns.quiet import StandardErrorKept
from schemas.serdes.frame import PREFIX_LENGTH
from schemas.serdes.self_contained import Schema
from schemas.serdes.wire import varint

GUARD_LENGTH = 4
SYNC = bytes(range(16))
FRAME, GUARD = "frame", "guard"

LONGEST_BLOCK = 20_000
"""Records of a block: twice what `consume` returns at most, and the guards are made once."""


class BrokenBlockError(Exception):
    """A block is not what was put together: some record in it is broken."""


class Guards:
    """A different number behind each record of a block.

    The numbers come from the system's randomness: whoever could foresee them could write a record that hides its
    neighbour. An odd step makes all of them differ.
    """

    def __init__(self, seed: bytes | None = None) -> None:
        start, step = np.frombuffer(os.urandom(8) if seed is None else seed, "<u4")
        numbers = start + np.arange(LONGEST_BLOCK, dtype=np.uint32) * np.uint32(step | 1)
        packed = numbers.astype(">u4").tobytes()
        self.pieces = [packed[at : at + GUARD_LENGTH] for at in range(0, len(packed), GUARD_LENGTH)]
        self.column = pl.Series(GUARD, self.pieces, dtype=pl.Binary)


class BlockReader:
    """Decodes framed values of one writer schema.

    Args:
        types: Types of the writer's fields, such as polars reads without doubt.
        guards: Shared by the blocks of a decoder.
        standard_error: Kept clean of panics.
    """

    def __init__(self, types: Sequence[Schema], guards: Guards, standard_error: StandardErrorKept) -> None:
        self.types = tuple(types)
        self._header = _header(types)
        self._guards = guards
        self._standard_error = standard_error

    def read(self, values: Sequence[bytes], prefix: bytes) -> list[pl.Series]:
        """The columns of the fields, one row per value.

        Args:
            values: At most `LONGEST_BLOCK`.
            prefix: Frame that each value must begin with.

        Raises:
            BrokenBlockError: at least one value is broken, or has another frame; which one is not known.
        """
        count = len(values)
        body = b"".join(chain.from_iterable(zip(values, self._guards.pieces, strict=False)))
        block = b"".join((self._header, varint(count), varint(len(body)), body, SYNC))
        columns = self._decoded(block).get_columns()
        if columns[0].len() != count or not columns[-1].equals(self._guards.column[:count]):
            raise BrokenBlockError
        if not (columns[0] == pl.Series([prefix], dtype=pl.Binary)).all():
            raise BrokenBlockError
        return columns[1:-1]

    def _decoded(self, block: bytes) -> pl.DataFrame:
        with self._standard_error.without_panics():
            try:
                return pl.read_avro(io.BytesIO(block))
            except (Exception, PanicException) as error:  # noqa: BLE001 (polars raises whatever the bytes make it raise)
                raise BrokenBlockError(str(error)) from None


def _named_by_place(kind: Schema, place: int) -> Schema:
    """The type of a column; a fixed with a name of its own, since several columns may be of one."""
    fixed = isinstance(kind, dict) and kind["type"] == "fixed"
    return {**kind, "name": f"c{place}_bytes"} if fixed else kind


def _header(types: Sequence[Schema]) -> bytes:
    """Head of a container file: magic, the block's schema, the sync marker."""
    columns = [{"name": f"c{place}", "type": _named_by_place(kind, place)} for place, kind in enumerate(types)]
    record = {
        "type": "record",
        "name": "block",
        "fields": [
            {"name": FRAME, "type": {"type": "fixed", "name": "frame_bytes", "size": PREFIX_LENGTH}},
            *columns,
            {"name": GUARD, "type": {"type": "fixed", "name": "guard_bytes", "size": GUARD_LENGTH}},
        ],
    }
    target = io.BytesIO()
    fastavro.writer(target, fastavro.parse_schema(record), [], sync_marker=SYNC)
    return target.getvalue()
