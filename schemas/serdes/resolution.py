"""How payloads of one writer schema become records of the pinned reader schema."""

import io
from typing import Any

import fastavro

from schemas.errors import DecodeError
from schemas.serdes.pinned import PinnedSchema
from schemas.serdes.writer_schemas import WriterSchema


class Resolution:
    """A writer schema and a pinned reader schema, put together once.

    Raises:
        DecodeError: the writer's record is another one.
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
        self._parsed = fastavro.parse_schema(writer.schema)

    def decode(self, payload: bytes) -> dict[str, Any]:
        """The record in a payload.

        Raises:
            DecodeError: the bytes do not decode, or trail.
        """
        source = io.BytesIO(payload)
        try:
            record: Any = fastavro.schemaless_reader(source, self._parsed, self.pinned.parsed)
        except Exception as error:  # fastavro raises whatever the bytes make it raise
            raise DecodeError(
                f"The payload of {len(payload)} bytes does not decode as {self.writer.record} "
                f"(schema id {self.writer.schema_id}): {error!r}.",
                schema_id=self.writer.schema_id,
            ) from error
        if source.tell() != len(payload):
            raise DecodeError(
                f"{len(payload) - source.tell()} bytes trail behind the record.", schema_id=self.writer.schema_id
            )
        decoded: dict[str, Any] = record
        return decoded
