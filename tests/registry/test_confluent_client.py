"""Confluent's own client, serializer and deserializer on every registry."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext, SerializationError

from tests.registry.asking import Asking
from tests.registry.flavours import Flavour

RECORD = {"amount": Decimal("12.34"), "at": datetime(2026, 11, 24, 12, tzinfo=UTC), "kind": "CARD", "note": None}
FIELDS: tuple[Mapping[str, Any], ...] = (
    {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
    {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
    {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["UNKNOWN", "CARD"], "default": "UNKNOWN"}},
    {"name": "note", "type": ["null", "string"], "default": None},
)

CONFIGURATIONS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("topic_strategy", {"subject.name.strategy.type": "TOPIC"}),
    ("default_strategy", {}),
    ("latest", {"use.latest.version": True}),
    ("normalized", {"normalize.schemas": True}),
)


@pytest.fixture
def topic(registry: Asking) -> str:
    """A topic whose subject does not exist."""
    return registry.subject().removesuffix("-value")


@pytest.fixture
def text(registry: Asking) -> str:
    """A pretty-printed schema of its own name."""
    schema = registry.record(*FIELDS)
    schema["fields"][2]["type"]["name"] = f"Kind{schema['name']}"
    return json.dumps(schema, indent=2)


@pytest.fixture
def writing(registry: Asking) -> Iterator[SchemaRegistryClient]:
    """A client for the serializer."""
    with SchemaRegistryClient({"url": registry.url}) as client:
        yield client


@pytest.fixture
def reading(registry: Asking) -> Iterator[SchemaRegistryClient]:
    """A client for the deserializer."""
    with SchemaRegistryClient({"url": registry.url}) as client:
        yield client


def _value(topic: str) -> SerializationContext:
    return SerializationContext(topic, MessageField.VALUE)


@pytest.mark.parametrize("configuration", [pytest.param(more, id=name) for name, more in CONFIGURATIONS])
def test_round_trip_through_stock_serdes(
    writing: SchemaRegistryClient,
    reading: SchemaRegistryClient,
    topic: str,
    text: str,
    configuration: Mapping[str, Any],
) -> None:
    """What the stock serializer writes under a registered schema, the stock deserializer reads."""
    writing.register_schema(f"{topic}-value", Schema(text, "AVRO"))
    serializer = AvroSerializer(writing, text, conf={"auto.register.schemas": False, **configuration})
    payload = serializer(RECORD, _value(topic))
    assert payload is not None
    assert AvroDeserializer(reading)(payload, _value(topic)) == RECORD


def test_serializer_that_registers_by_itself(writing: SchemaRegistryClient, topic: str, text: str) -> None:
    """The stock serializer's default, which registers, finds its schema again."""
    AvroSerializer(writing, text)(RECORD, _value(topic))
    assert writing.get_versions(f"{topic}-value") == [1]


def test_schema_id_chosen_by_the_user(registry: Asking, writing: SchemaRegistryClient, topic: str, text: str) -> None:
    """`use.schema.id` works except against Confluent 8, whose answer about an id does not repeat the id."""
    schema_id = writing.register_schema(f"{topic}-value", Schema(text, "AVRO"))
    with SchemaRegistryClient({"url": registry.url}) as client:
        serializer = AvroSerializer(client, text, conf={"auto.register.schemas": False, "use.schema.id": schema_id})
        if registry.flavour is Flavour.C8:
            with pytest.raises(SerializationError, match="Schema ID is not set"):
                serializer(RECORD, _value(topic))
        else:
            assert serializer(RECORD, _value(topic)) is not None


@pytest.mark.parametrize(("registered", "code"), [(False, 40401), (True, 40403)], ids=["no_subject", "another_schema"])
def test_serializer_whose_schema_is_not_registered(
    registry: Asking, writing: SchemaRegistryClient, topic: str, text: str, registered: bool, code: int
) -> None:
    """A serializer that may not register says that the subject, or the schema in it, is missing."""
    if registered:
        registry.register(f"{topic}-value", registry.record())
    serializer = AvroSerializer(writing, text, conf={"auto.register.schemas": False})
    with pytest.raises(SchemaRegistryError) as raised:
        serializer(RECORD, _value(topic))
    assert raised.value.error_code == code


def test_compatibility_asked_by_the_client(
    registry: Asking, writing: SchemaRegistryClient, topic: str, text: str
) -> None:
    """The client's own check sees a field without default."""
    subject = f"{topic}-value"
    writing.set_compatibility(subject, "BACKWARD")
    writing.register_schema(subject, Schema(text, "AVRO"))
    schema = json.loads(text)
    schema["fields"].append({"name": "more", "type": "int"})
    assert writing.test_compatibility(subject, Schema(text, "AVRO"))
    assert not writing.test_compatibility(subject, Schema(json.dumps(schema), "AVRO"))


def test_client_reads_what_it_registered(writing: SchemaRegistryClient, topic: str, text: str) -> None:
    """Latest, version, id, level and the list of subjects agree."""
    subject = f"{topic}-value"
    schema_id = writing.register_schema(subject, Schema(text, "AVRO"))
    latest = writing.get_latest_version(subject)
    assert (latest.version, latest.schema_id) == (1, schema_id)
    assert writing.get_version(subject, 1).schema_id == schema_id
    assert json.loads(writing.get_schema(schema_id).schema_str) == json.loads(text)
    assert subject in writing.get_subjects()
    writing.set_compatibility(subject, "FULL")
    assert writing.get_compatibility(subject) == "FULL"
    assert writing.delete_subject(subject) == [1]
    assert subject not in writing.get_subjects()
