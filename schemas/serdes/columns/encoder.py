"""Columns encoded by the batch."""

import polars as pl

from schemas.serdes.serializer import RecordSerializer


class ColumnEncoder:
    """Encodes the rows of a frame with the values and the errors of a `RecordSerializer`."""

    def __init__(self, serializer: RecordSerializer) -> None:
        self._serializer = serializer

    def encode(self, frame: pl.DataFrame) -> list[bytes]:
        """One value per row, frame and payload; errors as `RecordSerializer.encode`."""
        return [self._serializer.encode(row) for row in frame.iter_rows(named=True)]
