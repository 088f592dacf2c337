"""How payloads of one writer schema become records of the pinned reader schema."""

from typing import Any

from schemas.errors import DecodeError, InvalidValueError
from schemas.serdes.decoding import compile_reader
from schemas.serdes.pinned import PinnedSchema
from schemas.serdes.refusal import Refusal
from schemas.serdes.writer_schemas import WriterSchema


class Resolution:
    """A writer schema and a pinned reader schema, put together once by Avro's rules.

    Differences to fastavro, which the property tests compare with: indexes of branches and symbols below zero, ints of
    more than 32 bits and other bytes than 0 and 1 for a boolean are refused; a field's own name comes before its
    aliases; defaults are converted and never shared; the reader's logical types hold.

    Args:
        writer: Schema that wrote.
        pinned: Schema to read as.

    Raises:
        DecodeError: the writer's record is another one, or its schema cannot be read as the pinned one.
    """

    def __init__(self, writer: WriterSchema, pinned: PinnedSchema) -> None:
        self.writer = writer
        self.pinned = pinned
        if writer.record != pinned.record:
            raise DecodeError(
                f"Schema id {writer.schema_id} is record {writer.record}, and {pinned.record} is read here; "
                "write the record to the topic of its contract.",
                schema_id=writer.schema_id,
            )
        try:
            self._read = compile_reader(writer.schema, pinned.schema)
        except Refusal as refusal:
            raise DecodeError(
                f"Schema id {writer.schema_id} cannot be read as {pinned.record} version {pinned.version}: {refusal}; "
                "register and write a compatible schema.",
                schema_id=writer.schema_id,
            ) from refusal

    def decode(self, payload: bytes) -> dict[str, Any]:
        """The record in a payload.

        Raises:
            DecodeError: the bytes do not decode, or trail.
            InvalidValueError: they decode to a value outside the contract.
        """
        return self.decode_at(payload, 0)

    def decode_at(self, value: bytes, start: int) -> dict[str, Any]:
        """The record that fills `value` from `start` on; errors as `decode`."""
        try:
            record, end = self._read(value, start)
        except Refusal as refusal:
            raise self._error(str(refusal), len(value) - start, invalid=refusal.invalid) from refusal
        except RecursionError as error:
            raise self._error("it nests too deeply", len(value) - start) from error
        if end != len(value):
            raise self._error(f"{len(value) - end} bytes trail", len(value) - start)
        decoded: dict[str, Any] = record
        return decoded

    def _error(self, reason: str, length: int, *, invalid: bool = False) -> DecodeError:
        return (InvalidValueError if invalid else DecodeError)(
            f"The payload of {length} bytes is no {self.writer.record} of schema id {self.writer.schema_id}: {reason}.",
            schema_id=self.writer.schema_id,
        )
