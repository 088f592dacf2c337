"""The contracts of the detector's topics, resolved against the registry: what it reads and how it writes."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from confluent_kafka.schema_registry import SchemaRegistryClient

from detector.contract_versions import ContractVersions, read_and_written
from detector.decoded import Decoded
from detector.flagged import VERSION, JudgementEncoder, has_version, judgement
from detector.reading.payment_reader import PaymentReader
from detector.verdict import Verdict
from schemas.environment import from_environment
from schemas.registry.confluent import end_client, schema_registry_client
from schemas.serdes.columns.decoder import ColumnDecoder
from schemas.serdes.embedding import EmbeddingSerializer
from schemas.serdes.forwarding import Forwarder
from schemas.serdes.frame import PREFIX_LENGTH
from schemas.serdes.reading_client import reading_client
from schemas.serdes.released import released_version
from schemas.serdes.serializer import RecordSerializer
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings


class Contracts:
    """Decodes what is read and encodes what is written.

    Args:
        decoder: Of payments, to the version this service pins.
        writers: Writer schemas by id, those that the decoder uses.
        forwarder: Says which payments may go to the legit topic as they are.
        legit: Encodes the payments that may not.
        fraud: Encodes flagged payments, around the bytes that were read where it may.
        dead_letter: Encodes dead letters.

    Delivery: after `resolve`, the registry is asked only for schema ids never seen before, until `close`.
    """

    def __init__(
        self,
        decoder: ColumnDecoder,
        writers: WriterSchemas,
        forwarder: Forwarder,
        *,
        legit: RecordSerializer,
        fraud: EmbeddingSerializer,
        dead_letter: RecordSerializer,
        clients: Sequence[SchemaRegistryClient] = (),
    ) -> None:
        self._clients = tuple(clients)
        self._writers = writers
        self._judgements = JudgementEncoder(fraud.serializer.pinned)
        self._embeds: dict[int, bool] = {}
        self._versions: dict[int, int | None] = {}
        self._tells_version = has_version(fraud.serializer.pinned)
        self.reader = PaymentReader(decoder)
        self._forwarder = forwarder
        self._legit = legit
        self._fraud = fraud
        self._dead_letter = dead_letter

    @classmethod
    def resolve(
        cls, registry: RegistrySettings, topics: TopicSettings, versions: ContractVersions | None = None
    ) -> "Contracts":
        """Contracts in the versions that the manifest gives the detector, looked up in the registry.

        Args:
            versions: Versions instead of the manifest's; the environment's without it.

        Raises:
            ContractError: a schema is not registered.
            RegistryError: the registry is away or refuses.
        """
        # The forwarder is asked from inside the loop, so it has the reading side's short patience; a client of its own.
        writing, reading, forwarding = (
            schema_registry_client(registry),
            reading_client(registry),
            reading_client(registry),
        )
        read, written = read_and_written(versions or from_environment(ContractVersions))
        serializers = {
            topic: RecordSerializer(writing, release, topics.subject_of(topic), topics)
            for topic, release in written.items()
        }
        writers = WriterSchemas(reading)
        contracts = cls(
            ColumnDecoder(writers, read),
            writers,
            Forwarder(forwarding, topics.subject_of("legit")),
            legit=serializers["legit"],
            fraud=EmbeddingSerializer(serializers["fraud"]),
            dead_letter=serializers["dead-letter"],
            clients=(writing, reading, forwarding),
        )
        with ExitStack() as undo:
            undo.callback(contracts.close)
            for serializer in serializers.values():
                serializer.prepare()
            undo.pop_all()
        return contracts

    def close(self) -> None:
        """Ends the connections to the registry."""
        for client in self._clients:
            end_client(client)

    def __enter__(self) -> "Contracts":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def legit_prefix(self, schema_id: int) -> bytes | None:
        """Frame under which payloads of an input schema go to the legit topic; None where they must be encoded again.

        Raises:
            RegistryUnreachableError: not asked yet, and no answer.
        """
        return self._forwarder.prefix(schema_id)

    def legit_values(
        self, values: Sequence[bytes | None], decoded: Decoded, schema_ids: Sequence[int]
    ) -> Sequence[bytes | None]:
        """`values` as they go to the legit topic; those that did not decode stay as they are and must not be sent."""
        changed: list[bytes | None] | None = None
        for schema_id in schema_ids:
            there = self.legit_prefix(schema_id)
            if there is not None and int.from_bytes(there[1:], "big") == schema_id:
                continue
            changed = list(values) if changed is None else changed
            for row in (decoded.schema_ids == schema_id).nonzero()[0].tolist():
                position = int(decoded.positions[row])
                value = values[position] or b""
                changed[position] = (
                    self._legit.encode(decoded.frame.row(row, named=True))
                    if there is None
                    else there + value[PREFIX_LENGTH:]
                )
        return values if changed is None else changed

    def flagged_values(
        self, values: Sequence[bytes | None], decoded: Decoded, verdicts: Mapping[int, Verdict], rule_set: str
    ) -> Sequence[bytes]:
        """One `fraud.FlaggedTransaction` for each verdict, in order."""
        rows = list(verdicts)
        positions, schema_ids = decoded.positions[rows].tolist(), decoded.schema_ids[rows].tolist()
        prefix, encode = self._fraud.serializer.prefix, self._judgements.encode
        flagged = []
        for row, position, schema_id in zip(rows, positions, schema_ids, strict=True):
            if self._embeddable(schema_id):
                payload = (values[position] or b"")[PREFIX_LENGTH:]
                flagged.append(prefix + payload + encode(verdicts[row], rule_set, self._written_version(schema_id)))
            else:
                payment = decoded.frame.row(row, named=True)
                record = {self._fraud.field: payment, **judgement(verdicts[row], rule_set)}
                if self._tells_version:
                    record[VERSION] = self._written_version(schema_id)
                flagged.append(self._fraud.serializer.encode(record))
        return flagged

    def _embeddable(self, schema_id: int) -> bool:
        """Whether payloads of this id were written with the very schema that a flagged payment refers to."""
        known = self._embeds.get(schema_id)
        if known is None:
            known = self._embeds[schema_id] = self._fraud.fits(self._writers.get(schema_id))
        return known

    def _written_version(self, schema_id: int) -> int | None:
        """Released version of the payment written under this id; None where it is no release of this build."""
        if schema_id not in self._versions:
            writer = self._writers.get(schema_id)
            self._versions[schema_id] = released_version(writer.record, writer.schema)
        return self._versions[schema_id]

    def dead_letter_value(self, letter: Mapping[str, Any]) -> bytes:
        """A `fraud.DeadLetter`."""
        return self._dead_letter.encode(letter)
