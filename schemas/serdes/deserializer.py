"""Records decoded one at a time."""

from typing import Any

from confluent_kafka.serialization import Deserializer, SerializationContext

from schemas.serdes.frame import split
from schemas.serdes.pinned import PinnedSchema
from schemas.serdes.resolution import Resolution
from schemas.serdes.writer_schemas import WriterSchemas


class RecordDeserializer(Deserializer):
    """Decodes values into records of one pinned reader schema.

    Delivery: does no I/O for an id that `writer_schemas` knows; keeps one resolution per id.

    Args:
        writer_schemas: Where writer schemas come from.
        pinned: Reader schema.
    """

    def __init__(self, writer_schemas: WriterSchemas, pinned: PinnedSchema) -> None:
        self.pinned = pinned
        self._writer_schemas = writer_schemas
        self._resolutions: dict[int, Resolution] = {}

    def __call__(
        self,
        value: bytes | None,
        ctx: SerializationContext | None = None,  # noqa: ARG002 (the library passes it)
    ) -> dict[str, Any]:
        """As `decode`; `ctx` is not used, the frame says what is needed."""
        return self.decode(value)

    def decode(self, value: bytes | None) -> dict[str, Any]:
        """The record in a Kafka value.

        Returns:
            Values by field; decimals as `Decimal`, timestamps as aware `datetime`. The caller owns all of it.

        Raises:
            FrameError: no frame, or no value.
            UnknownSchemaError: the registry does not hold the id.
            DecodeError: the bytes do not decode, trail, or are another record; `InvalidValueError` for a value that
                decodes and is outside the contract.
            RegistryUnreachableError: the id is not known yet and the registry does not answer.
        """
        schema_id, payload = split(value)
        return self.resolution(schema_id).decode(payload)

    def resolution(self, schema_id: int) -> Resolution:
        """How payloads under `schema_id` become records of the pinned schema; errors as `decode`."""
        resolution = self._resolutions.get(schema_id)
        if resolution is None:
            resolution = Resolution(self._writer_schemas.get(schema_id), self.pinned)
            self._resolutions[schema_id] = resolution
        return resolution
