"""Registered contracts and serdes of them."""

import itertools
import json
from dataclasses import dataclass

from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient

from schemas.manifest import load_manifest
from schemas.registry.confluent import end_client, schema_registry_client
from schemas.serdes.columns.decoder import ColumnDecoder
from schemas.serdes.pinned import PinnedSchema, pinned
from schemas.serdes.reading_client import reading_client
from schemas.serdes.serializer import RecordSerializer
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings

SUBJECTS = itertools.count(1)


def register_contracts(url, topics):
    """Puts every released contract into a registry."""
    with SchemaRegistryClient({"url": url}) as somebody_else:  # shares no cache with those of the tests
        for contract in load_manifest():
            for release in contract.releases:
                references = [
                    SchemaReference(reference.record, topics.subject_of(reference.contract), reference.version)
                    for reference in release.references
                ]
                subject = topics.subject_of(contract.topic)
                somebody_else.register_schema(subject, Schema(release.text, "AVRO", references))


@dataclass
class Serdes:
    """Clients of a registry that holds every released contract; they know nothing yet."""

    url: str
    topics: TopicSettings

    def __post_init__(self):
        self.writing = schema_registry_client(RegistrySettings(url=self.url))
        self.reading = reading_client(RegistrySettings(url=self.url))

    def close(self):
        """Ends the connections."""
        end_client(self.writing)
        end_client(self.reading)

    def serializer(self, topic):
        """Writes the newest release of a topic's contract."""
        return RecordSerializer(self.writing, pinned(topic), self.topics.subject_of(topic), self.topics)

    def writer_schemas(self, **settings):
        """What a reader knows, nothing yet."""
        return WriterSchemas(self.reading, **settings)

    def serializer_of(self, schema):
        """Writes a schema as if it were a release."""
        subject = f"drawn.{next(SUBJECTS)}-value"
        with SchemaRegistryClient({"url": self.url}) as somebody_else:
            somebody_else.register_schema(subject, Schema(json.dumps(schema), "AVRO"))
        return RecordSerializer(self.writing, pin(schema), subject, self.topics)

    def register(self, schema):
        """Id of a schema in a subject of its own."""
        subject = f"drawn.{next(SUBJECTS)}-value"
        text = schema if isinstance(schema, str) else json.dumps(schema)
        with SchemaRegistryClient({"url": self.url}) as somebody_else:
            return somebody_else.register_schema(subject, Schema(text, "AVRO"))

    def column_decoder(self, reader, **settings):
        """Decodes batches as `reader`, a schema or a pinned one."""
        return ColumnDecoder(
            self.writer_schemas(), reader if isinstance(reader, PinnedSchema) else pin(reader), **settings
        )


def pin(schema):
    """A schema pinned as if it had been released."""
    return PinnedSchema("drawn", schema["name"], 1, json.dumps(schema))
