"""Writer schemas by id, as the registry holds them."""

import json
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import fastavro
from confluent_kafka.schema_registry import Schema as RegistrySchema
from confluent_kafka.schema_registry import SchemaRegistryClient

from schemas.errors import ContractError, DecodeError, RecordError, RegistryUnreachableError, UnknownSchemaError
from schemas.serdes.foreign import FOREIGN, is_not_held, registry_error
from schemas.serdes.limits import DEPTH
from schemas.serdes.named_types import is_deeper
from schemas.serdes.released import released_version
from schemas.serdes.self_contained import Schema, full_name, self_contained

NO_SCHEMA = (fastavro.schema.SchemaParseException, fastavro.schema.UnknownType, KeyError, TypeError, ValueError)
"""What fastavro raises for JSON that is no Avro schema."""

_TOO_DEEP = f"it nests more than {DEPTH} types in each other"

REMEMBERED_FAILURES = 10_000
"""Bound of the negative cache: random bytes read as ids must not fill the memory."""

UNREACHABLE_SECONDS = 1.0
"""How long nobody asks after the registry was not reached: one question per batch, not one per record."""


@dataclass(frozen=True)
class WriterSchema:
    """The schema that wrote records under one id.

    Args:
        schema_id: Id in the registry.
        record: Full name of the record.
        schema: JSON with full names and every referenced type defined inside.
    """

    schema_id: int
    record: str
    schema: Schema = field(repr=False)


class WriterSchemas:
    """Writer schemas by id: asked for once, then kept for ever, since an id never changes its schema.

    Delivery: a known id needs no registry. An id that the registry does not hold is asked for twice, then remembered as
    unknown for `negative_seconds`; nothing else is counted or kept across a restart.

    Args:
        client: A client that no writer shares (against Confluent 8 its cache would spoil the writer's look-ups).
        clock: Monotonic seconds.
        negative_seconds: How long an unknown id stays unknown.
    """

    def __init__(
        self,
        client: SchemaRegistryClient,
        *,
        clock: Callable[[], float] = time.monotonic,
        negative_seconds: float = 5.0,
    ) -> None:
        self._client = client
        self._clock = clock
        self._negative_seconds = negative_seconds
        self._known: dict[int, WriterSchema] = {}
        self._failed: OrderedDict[int, tuple[float, RecordError]] = OrderedDict()
        self._unreachable: tuple[float, str] | None = None

    def known(self, schema_id: int) -> bool:
        """Whether `get` answers without the registry, with a schema or with an error that is remembered."""
        return schema_id in self._known or self._remembered(schema_id) is not None

    def get(self, schema_id: int) -> WriterSchema:
        """The schema behind an id.

        Raises:
            UnknownSchemaError: the registry answers and does not hold the id.
            DecodeError: the registry's schema is no Avro record, so no record of ours.
            RegistryUnreachableError: no answer; the id may be good, ask again later.
            RegistryRefusedError: the registry answers and refuses, for example for want of authorization.
        """
        if (schema := self._known.get(schema_id)) is not None:
            return schema
        if (failed := self._remembered(schema_id)) is not None:
            raise type(failed)(str(failed), schema_id=schema_id)
        self._raise_while_unreachable(schema_id)
        try:
            schema = self._ask(schema_id)
        except RecordError as error:
            self._remember(schema_id, error)
            raise
        except RegistryUnreachableError as error:
            self._unreachable = (self._clock() + UNREACHABLE_SECONDS, str(error))
            raise
        self._known[schema_id] = schema
        return schema

    def is_released(self, schema_id: int) -> bool:
        """Whether the schema behind an id is one of this build's releases; errors as `get`."""
        schema = self.get(schema_id)
        return released_version(schema.record, schema.schema) is not None

    def _ask(self, schema_id: int) -> WriterSchema:
        # The second question goes to another node where several share the load: one of them may lag behind.
        held = self._fetch(schema_id) or self._fetch(schema_id)
        if held is None:
            raise UnknownSchemaError(
                f"The registry does not hold schema id {schema_id}; the record was written against another registry, "
                "or its bytes are broken.",
                schema_id=schema_id,
            )
        return _writer_schema(schema_id, held, tuple(self._referenced(held, schema_id, frozenset())))

    def _fetch(self, schema_id: int) -> RegistrySchema | None:
        try:
            return self._client.get_schema(schema_id)
        except FOREIGN as error:
            if is_not_held(error):
                return None
            raise registry_error(error, schema_id=schema_id) from error

    def _referenced(self, schema: RegistrySchema, schema_id: int, above: frozenset[tuple[str, int]]) -> Iterator[str]:
        for reference in schema.references or ():
            place = (str(reference.subject), int(reference.version or 0))
            if place in above:
                continue
            try:
                target = self._client.get_version(*place).schema
            except FOREIGN as error:
                raise registry_error(error, subject=place[0], schema_id=schema_id) from error
            yield from self._referenced(target, schema_id, above | {place})
            yield target.schema_str or ""

    def _remembered(self, schema_id: int) -> RecordError | None:
        until, error = self._failed.get(schema_id, (0.0, None))
        if error is not None and self._clock() >= until:
            del self._failed[schema_id]
            return None
        return error

    def _remember(self, schema_id: int, error: RecordError) -> None:
        self._failed[schema_id] = (self._clock() + self._negative_seconds, error)
        if len(self._failed) > REMEMBERED_FAILURES:
            self._failed.popitem(last=False)

    def _raise_while_unreachable(self, schema_id: int) -> None:
        if self._unreachable is None:
            return
        until, message = self._unreachable
        if self._clock() < until:
            raise RegistryUnreachableError(message, schema_id=schema_id)
        self._unreachable = None


def _writer_schema(schema_id: int, held: RegistrySchema, referenced: tuple[str, ...]) -> WriterSchema:
    try:
        schema = _usable(held.schema_str or "", referenced)
    except (ContractError, *NO_SCHEMA) as error:
        raise DecodeError(
            f"Schema id {schema_id} cannot be used as Avro schema ({held.schema_type}: {error}); write the record "
            "with its contract's serializer.",
            schema_id=schema_id,
        ) from error
    return WriterSchema(schema_id, full_name(schema), schema)


def _usable(text: str, referenced: tuple[str, ...]) -> Schema:
    try:
        schema = self_contained(text, referenced)
    except RecursionError as error:
        raise ContractError(_TOO_DEEP) from error
    if is_deeper(schema, DEPTH):
        raise ContractError(_TOO_DEEP)
    fastavro.parse_schema(json.loads(json.dumps(schema)))
    return schema
