"""A record inside another one, its bytes as they were read."""

from collections.abc import Mapping
from typing import Any

from schemas.errors import ContractError, EncodeError
from schemas.serdes.encoding import compile_fields
from schemas.serdes.named_types import kind_of
from schemas.serdes.refusal import Refusal
from schemas.serdes.serializer import RecordSerializer
from schemas.serdes.writer_schemas import WriterSchema


class EmbeddingSerializer:
    """Encodes records whose first field is a record that is already there as bytes.

    An encoding is the concatenation of its fields, so the payload is put in front of the other fields unchanged.
    That holds only where the payload was written with exactly the schema that the outer record refers to: ask `fits`,
    and where it does not, encode the whole record with the `RecordSerializer`.

    Delivery: as the serializer's.

    Args:
        serializer: Of the outer record.

    Raises:
        ContractError: the outer record's first field is no record.
    """

    def __init__(self, serializer: RecordSerializer) -> None:
        self.serializer = serializer
        schema = serializer.pinned.schema
        first, *others = schema["fields"]
        if kind_of(first["type"]) != "record":
            raise ContractError(f"{schema['name']} does not begin with a record; encode it with RecordSerializer.")
        self.field: str = first["name"]
        self._inner = first["type"]
        self._write_others = compile_fields(schema, [field["name"] for field in others])

    def fits(self, writer: WriterSchema) -> bool:
        """Whether payloads of `writer` may be embedded unchanged."""
        return bool(writer.schema == self._inner)

    def encode(self, payload: bytes, rest: Mapping[str, Any]) -> bytes:
        """Frame and payload of the outer record.

        Args:
            payload: Encoding of the first field, of a schema that `fits`, known to decode.
            rest: The other fields.

        Raises:
            EncodeError: `rest` does not fit the contract; the message names the field.
            ContractError, RegistryError: at first use, as `RecordSerializer.prepare`.
        """
        out = bytearray(self.serializer.prefix)
        out += payload
        try:
            self._write_others(rest, out)
        except Refusal as refusal:
            pinned = self.serializer.pinned
            raise EncodeError(f"{pinned.record} version {pinned.version}: {refusal}.") from refusal
        return bytes(out)
