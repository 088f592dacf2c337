"""Records encoded one at a time, with exactly the packaged schema."""

from collections.abc import Mapping
from typing import Any

from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.serialization import SerializationContext, Serializer

from schemas.environment import from_environment
from schemas.errors import ContractError, EncodeError
from schemas.serdes.encoding import compile_writer
from schemas.serdes.frame import prefix
from schemas.serdes.look_up import look_up
from schemas.serdes.pinned import PinnedSchema
from schemas.serdes.refusal import Refusal
from schemas.settings import TopicSettings


class RecordSerializer(Serializer):
    """Encodes records of one released schema; never registers, never takes the registry's latest.

    Delivery: one look-up in the registry, in `prepare` or at first use; after that, no I/O.

    Args:
        client: A client that no reader shares.
        pinned: The release to write.
        subject: Subject that must hold it.
        topics: Real names of the topics, for the subjects of references; from the environment without it.
    """

    def __init__(
        self,
        client: SchemaRegistryClient,
        pinned: PinnedSchema,
        subject: str,
        topics: TopicSettings | None = None,
    ) -> None:
        self.pinned = pinned
        self.subject = subject
        self._client = client
        self._topics = topics
        self._schema_id: int | None = None
        self._prefix = b""
        self._write = compile_writer(pinned.schema)

    def __call__(  # type: ignore[override]  # a record, where the stubs allow any object
        self,
        record: Mapping[str, Any] | None,
        ctx: SerializationContext | None = None,  # noqa: ARG002 (the library passes it)
    ) -> bytes | None:
        """As `encode`; None stays None, as in every Kafka serializer."""
        return None if record is None else self.encode(record)

    @property
    def schema_id(self) -> int:
        """Id of the schema in the registry; errors as `prepare`."""
        return self._schema_id if self._schema_id is not None else self.prepare()

    @property
    def prefix(self) -> bytes:
        """The five bytes in front of every payload; errors as `prepare`."""
        if not self._prefix:
            self.prepare()
        return self._prefix

    def prepare(self) -> int:
        """Looks the schema's id up, so that a missing registration shows before the first record.

        Raises:
            ContractError: the subject does not hold the released schema.
            RegistryUnreachableError: no answer.
            RegistryRefusedError: the registry refuses.
        """
        held = look_up(self._client, self.pinned, self.subject, self._topics or from_environment(TopicSettings))
        if held.schema_id is None:
            raise ContractError(
                f"The registry gives no id for {self.pinned.record} in {self.subject}: give writers their own client."
            )
        self._schema_id = held.schema_id
        self._prefix = prefix(held.schema_id)
        return held.schema_id

    def encode(self, record: Mapping[str, Any]) -> bytes:
        """Frame and payload of a record.

        Raises:
            EncodeError: the record does not fit the contract; the message names the field.
            ContractError, RegistryError: at first use, as `prepare`.
        """
        out = bytearray(self.prefix)
        self._write_into(record, out)
        return bytes(out)

    def payload(self, record: Mapping[str, Any]) -> bytes:
        """The payload alone; errors as `encode`, without the registry's."""
        out = bytearray()
        self._write_into(record, out)
        return bytes(out)

    def _write_into(self, record: Mapping[str, Any], out: bytearray) -> None:
        try:
            self._write(record, out)
        except Refusal as refusal:
            raise EncodeError(f"{self.pinned.record} version {self.pinned.version}: {refusal}.") from refusal
