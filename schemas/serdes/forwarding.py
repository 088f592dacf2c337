"""Which input bytes may go on unchanged to another topic."""

import time
from collections.abc import Callable

from confluent_kafka.schema_registry import Schema, SchemaRegistryClient

from schemas.errors import RegistryUnreachableError
from schemas.serdes.foreign import FOREIGN, is_not_held, registry_error
from schemas.serdes.frame import prefix
from schemas.serdes.look_up import registered
from schemas.serdes.writer_schemas import UNREACHABLE_SECONDS


class Forwarder:
    """Says under which frame a payload may be forwarded to an output subject.

    Delivery: asks once per id and keeps a positive answer for ever; asks again after `negative_seconds` where the
    output subject did not hold the schema, after a second where the registry was not reached.

    Args:
        client: The writing side's client.
        subject: Output subject.
        clock: Monotonic seconds.
        negative_seconds: How long "not registered there" is believed.
    """

    def __init__(
        self,
        client: SchemaRegistryClient,
        subject: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        negative_seconds: float = 60.0,
    ) -> None:
        self.subject = subject
        self._client = client
        self._clock = clock
        self._negative_seconds = negative_seconds
        self._prefixes: dict[int, bytes] = {}
        self._absent: dict[int, float] = {}
        self._unreachable: tuple[float, str] | None = None

    def prefix(self, schema_id: int) -> bytes | None:
        """The five bytes for the output: those of the input where the id is the same there.

        Returns:
            None where the output subject does not hold the schema: resolve the record and encode it again.

        Raises:
            RegistryUnreachableError: not asked yet, and no answer.
            RegistryRefusedError: the registry refuses.
        """
        found = self._prefixes.get(schema_id)
        if found is not None:
            return found
        if self._clock() < self._absent.get(schema_id, float("-inf")):
            return None
        self._raise_while_unreachable(schema_id)
        try:
            output_id = self._ask(schema_id)
        except RegistryUnreachableError as error:
            self._unreachable = (self._clock() + UNREACHABLE_SECONDS, str(error))
            raise
        if output_id is None:
            self._absent[schema_id] = self._clock() + self._negative_seconds
            return None
        self._prefixes[schema_id] = prefix(output_id)
        return self._prefixes[schema_id]

    def _raise_while_unreachable(self, schema_id: int) -> None:
        if self._unreachable is None:
            return
        until, message = self._unreachable
        if self._clock() < until:
            raise RegistryUnreachableError(message, subject=self.subject, schema_id=schema_id)
        self._unreachable = None

    def _ask(self, schema_id: int) -> int | None:
        try:
            held = self._client.get_schema(schema_id)
        except FOREIGN as error:
            if is_not_held(error):
                return None
            raise registry_error(error, subject=self.subject, schema_id=schema_id) from error
        # Metadata is left out: a version stamped by registration would keep the same text from being found.
        there = registered(self._client, self.subject, Schema(held.schema_str, held.schema_type, held.references))
        return None if there is None else there.schema_id
