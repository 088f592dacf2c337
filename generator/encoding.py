"""Blocks of payments as values for the topic."""

from generator.service import Encode
from generator.transactions import Transactions
from schemas.serdes.columns.encoder import ColumnEncoder
from schemas.serdes.serializer import RecordSerializer


def column_encode(serializer: RecordSerializer) -> Encode:
    """Encodes whole columns at once, with the values and the errors of `serializer`; older releases lack columns."""
    encoder = ColumnEncoder(serializer)
    names = [field["name"] for field in serializer.pinned.schema["fields"]]

    def encode(block: Transactions) -> list[bytes]:
        return encoder.encode(block.frame().select(names))

    return encode
