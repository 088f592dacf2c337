"""The detector's internal contracts, resolved against the registry: screened payments and snapshots."""

from contextlib import ExitStack
from typing import Any

from detector.chain.screened_contract import ScreenedContract
from schemas.manifest import contract
from schemas.registry.confluent import end_client, schema_registry_client
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.pinned import pinned
from schemas.serdes.reading_client import reading_client
from schemas.serdes.serializer import RecordSerializer
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings

SERVICE = "detector"
INTERNAL = ("screened", "snapshots")


class ChainContracts:
    """How the detector talks to itself.

    Args:
        screened: Payments between the stages.
        snapshot_writer: Encodes chunks of snapshots.
        snapshot_reader: Decodes them.
        clients: Connections to the registry.

    Delivery: after `resolve`, the registry is asked only for schema ids never seen before, until `close`.
    """

    def __init__(
        self,
        screened: ScreenedContract,
        snapshot_writer: RecordSerializer,
        snapshot_reader: RecordDeserializer,
        clients: tuple[Any, ...] = (),
    ) -> None:
        self.screened = screened
        self.snapshot_writer = snapshot_writer
        self.snapshot_reader = snapshot_reader
        self._clients = clients

    @property
    def fingerprint(self) -> str:
        """Of what a replay reads between the stages: state that was folded from other tags does not fit."""
        return contract("screened").release(contract("screened").writers[SERVICE]).fingerprint

    @classmethod
    def resolve(cls, registry: RegistrySettings, topics: TopicSettings) -> "ChainContracts":
        """Contracts in the versions that the manifest gives the detector.

        Raises:
            ContractError: a schema is not registered.
            RegistryError: the registry is away or refuses.
        """
        with ExitStack() as undo:
            writing, reading = schema_registry_client(registry), reading_client(registry)
            undo.callback(end_client, writing)
            undo.callback(end_client, reading)
            writers, readers = {}, {}
            known = WriterSchemas(reading)
            for topic in INTERNAL:
                described = contract(topic)
                release = pinned(topic, described.writers[SERVICE])
                writers[topic] = RecordSerializer(writing, release, topics.subject_of(topic), topics)
                writers[topic].prepare()
                readers[topic] = RecordDeserializer(known, pinned(topic, described.readers[SERVICE]))
            undo.pop_all()
        screened = ScreenedContract(writers["screened"], readers["screened"])
        return cls(screened, writers["snapshots"], readers["snapshots"], (writing, reading))

    def close(self) -> None:
        """Ends the connections to the registry."""
        for client in self._clients:
            end_client(client)

    def __enter__(self) -> "ChainContracts":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
