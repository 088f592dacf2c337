"""Values of the input topic read in one walk."""

from collections.abc import Callable

import numpy as np
import polars as pl

from detector.reading.plain_batch import PlainBatch, PlainColumns
from detector.reading.spans import Spans, gathered
from detector.reading.walk import NUMBER_FIELDS, TEXT_FIELDS, walk_of
from detector.texts import PaymentTexts, Texts
from detector.windows.avro import walk_rows
from detector.windows.layout import I64
from schemas.errors import RecordError, RegistryUnreachableError
from schemas.serdes.columns.decoder import ColumnDecoder
from schemas.serdes.frame import PREFIX_LENGTH, prefix, schema_id_of

SMALLEST = 16
"""Values below which a walk costs more than it saves."""


class PaymentReader:
    """Reads values of the usual kind: of one schema, and as plain as payments nearly always are.

    A kernel walks over the bytes and accepts what every Avro reader reads alike: ASCII texts, short numbers, all within
    the contract. Of anything else it makes nothing, and `decoder` reads the batch. Half the work of deciding what to do
    with a payment was to bring it into columns and out of them again.

    Delivery: stateless, but for schemas that were looked up.

    Args:
        decoder: Of `fraud.Transaction`, to the version this service pins.
    """

    def __init__(self, decoder: ColumnDecoder) -> None:
        self.decoder = decoder
        self._walks: dict[int, I64 | None] = {}

    def read(self, spans: Spans, frame: Callable[[], pl.DataFrame]) -> tuple[int, PlainBatch] | None:
        """The schema id of all values and the payments; None where a value is not of the usual kind.

        Args:
            spans: The values.
            frame: Makes the frame of the payments, should a rule ask for one.
        """
        if spans.starts.size < SMALLEST:
            return None
        first = spans.data[spans.starts[0] : spans.ends[0]][:PREFIX_LENGTH].tobytes()
        try:
            schema_id = schema_id_of(first)
            walk = self._walk(schema_id)
        except (RecordError, RegistryUnreachableError):
            return None
        columns = None if walk is None else _columns(spans, walk, prefix(schema_id))
        return None if columns is None else (schema_id, PlainBatch(columns, frame))

    def _walk(self, schema_id: int) -> I64 | None:
        if schema_id not in self._walks:
            writer = self.decoder.records.resolution(schema_id).writer
            self._walks[schema_id] = walk_of(writer.schema, self.decoder.pinned.schema)
        return self._walks[schema_id]


def _columns(spans: Spans, walk: I64, frame: bytes) -> PlainColumns | None:
    count = spans.starts.size
    bounds = np.empty((count, 2 * len(TEXT_FIELDS)), np.int64)
    numbers = np.empty((len(NUMBER_FIELDS), count), np.int64)
    framed = np.frombuffer(bytearray(frame), np.uint8)
    if walk_rows(walk, framed, spans.data, spans.starts, spans.ends, bounds, numbers) < count:
        return None
    texts = PaymentTexts(*(Texts(*gathered(spans.data, bounds, slot)) for slot in range(len(TEXT_FIELDS))))
    return PlainColumns(texts, numbers[0], numbers[1])
