"""Records decoded one at a time."""

from typing import Any

import structlog
from confluent_kafka.serialization import Deserializer, SerializationContext

from schemas.environment import from_environment
from schemas.errors import DecodeError
from schemas.serdes.frame import PREFIX_LENGTH, schema_id_of
from schemas.serdes.pinned import PinnedSchema
from schemas.serdes.resolution import Resolution
from schemas.serdes.settings import ReadingSettings
from schemas.serdes.writer_schemas import WriterSchema, WriterSchemas

log = structlog.get_logger()


class RecordDeserializer(Deserializer):
    """Decodes values into records of one pinned reader schema.

    A schema that is none of this build's releases may be a younger release, or one that some producer registered by
    itself: it is reported once (log event `unreleased_writer_schema`, `unreleased`) or refused, as the settings say.

    Delivery: does no I/O for an id that `writer_schemas` knows; keeps one resolution per id, nothing per record.

    Args:
        writer_schemas: Where writer schemas come from.
        pinned: Reader schema.
        settings: From the environment without it.
    """

    def __init__(
        self, writer_schemas: WriterSchemas, pinned: PinnedSchema, settings: ReadingSettings | None = None
    ) -> None:
        self.pinned = pinned
        self._writer_schemas = writer_schemas
        self._settings = settings or from_environment(ReadingSettings)
        self._resolutions: dict[int, Resolution] = {}
        self._refused: dict[int, DecodeError] = {}
        self._unreleased: set[int] = set()

    def __call__(
        self,
        value: bytes | None,
        ctx: SerializationContext | None = None,  # noqa: ARG002 (the library passes it)
    ) -> dict[str, Any]:
        """As `decode`; `ctx` is not used, the frame says what is needed."""
        return self.decode(value)

    @property
    def unreleased(self) -> frozenset[int]:
        """Ids met so far whose schema is none of this build's releases."""
        return frozenset(self._unreleased)

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
        schema_id = schema_id_of(value)
        return self.resolution(schema_id).decode_at(value or b"", PREFIX_LENGTH)

    def resolution(self, schema_id: int) -> Resolution:
        """How payloads under `schema_id` become records of the pinned schema; errors as `decode`."""
        resolution = self._resolutions.get(schema_id)
        if resolution is None:
            resolution = self._resolutions[schema_id] = self._resolve(schema_id)
        return resolution

    def _resolve(self, schema_id: int) -> Resolution:
        if (refused := self._refused.get(schema_id)) is not None:
            raise DecodeError(str(refused), schema_id=schema_id)
        writer = self._writer_schemas.get(schema_id)
        try:
            resolution = Resolution(writer, self.pinned)
            self._judge(writer)
        except DecodeError as error:
            self._refused[schema_id] = error
            raise
        return resolution

    def _judge(self, writer: WriterSchema) -> None:
        if self._writer_schemas.is_released(writer.schema_id):
            return
        self._unreleased.add(writer.schema_id)
        refuse = self._settings.unreleased_schemas == "refuse"
        log.warning("unreleased_writer_schema", schema_id=writer.schema_id, record=writer.record, refused=refuse)
        if refuse:
            raise DecodeError(
                f"Schema id {writer.schema_id} is {writer.record} and none of its releases; write with a released "
                "schema, or set UNRELEASED_SCHEMAS=report.",
                schema_id=writer.schema_id,
            )
