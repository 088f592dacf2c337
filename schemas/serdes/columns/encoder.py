"""Columns encoded by the batch."""

from itertools import repeat
from operator import itemgetter

import polars as pl

from schemas.serdes.columns.pieces import NotPlainError, Pieces, pieces_of, short_texts, texts
from schemas.serdes.named_types import named_types
from schemas.serdes.self_contained import Schema
from schemas.serdes.serializer import RecordSerializer


class ColumnEncoder:
    """Encodes the rows of a frame with the values and the errors of a `RecordSerializer`.

    Each column becomes pieces of bytes at once, and each row the pieces' join. Whatever that does not cover (nested
    types, nulls, values outside the contract) goes row by row through the serializer, which encodes it or says what is
    wrong with it.

    Delivery: as the serializer's; a frame with a value outside the contract gives no bytes at all.
    """

    def __init__(self, serializer: RecordSerializer) -> None:
        self._serializer = serializer
        schema = serializer.pinned.schema
        named = named_types(schema)
        self._record: str = schema["name"]
        self._fields: list[tuple[str, Schema, Pieces | None]] = [
            (field["name"], kind, pieces_of(kind))
            for field in schema["fields"]
            for kind in (named.get(field["type"], field["type"]) if isinstance(field["type"], str) else field["type"],)
        ]
        self._plain = all(kind == "string" or pieces is not None for _, kind, pieces in self._fields)

    def encode(self, frame: pl.DataFrame) -> list[bytes]:
        """One value per row, frame and payload.

        Args:
            frame: Columns as the contract's fields: decimals as Decimal of the contract's scale, timestamps as Datetime
                in UTC of the contract's unit, enums as String. Order does not matter.

        Raises:
            EncodeError: a row does not fit the contract; the message names the field.
            ContractError, RegistryError: at first use, as `RecordSerializer.prepare`.
        """
        if self._plain and set(frame.columns) == set(map(itemgetter(0), self._fields)):
            try:
                return self._joined(frame)
            except NotPlainError:
                pass
        return [self._serializer.encode(row) for row in frame.iter_rows(named=True)]

    def _joined(self, frame: pl.DataFrame) -> list[bytes]:
        if not frame.height:
            return []
        columns: list[list[bytes]] = []
        strings: list[str] = []
        for name, _, pieces in self._fields:
            if pieces is None:
                strings.append(name)
                continue
            columns += self._texts(frame, strings)
            strings = []
            columns.append(pieces(frame[name]))
        columns += self._texts(frame, strings)
        start = repeat(self._serializer.prefix)
        return [b"".join(row) for row in zip(start, *columns, strict=False)]

    def _texts(self, frame: pl.DataFrame, names: list[str]) -> list[list[bytes]]:
        """Neighbouring string fields as one column, or one by one where a text is long."""
        if not names:
            return []
        columns, places = [frame[name] for name in names], [(self._record, name) for name in names]
        try:
            return [short_texts(columns, places)]
        except NotPlainError:
            return [texts(column, place) for column, place in zip(columns, places, strict=True)]
