"""Confluent's own serializer and deserializer on the other side."""

import json

import pytest
from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from schemas.errors import DecodeError
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.pinned import pinned
from schemas.serdes.settings import ReadingSettings
from tests.schemas.serdes.payments import RECORDS, payment

TOPIC_STRATEGY = {"subject.name.strategy.type": "TOPIC"}
TOPICS = st.sampled_from(sorted(RECORDS))
SUBJECT = "interop.shop-value"


@pytest.fixture(scope="session")
def confluent(serdes):
    """Confluent's serializer and deserializer for each topic, on clients of their own."""
    with SchemaRegistryClient({"url": serdes.url}) as writing, SchemaRegistryClient({"url": serdes.url}) as reading:
        yield {topic: pair_for(serdes, topic, writing, reading) for topic in RECORDS}


def pair_for(serdes, topic, writing, reading):
    """As a careful user of theirs sets them up; the writer with the references that the contract has."""
    schema = pinned(topic)
    references = [
        SchemaReference(reference.record, serdes.topics.subject_of(reference.topic), reference.version)
        for reference in schema.references
    ]
    strict = {"auto.register.schemas": False, "validate.strict": True, **TOPIC_STRATEGY}
    return (
        AvroSerializer(writing, Schema(schema.text, "AVRO", references), conf=strict),
        AvroDeserializer(reading, json.dumps(schema.schema), conf=TOPIC_STRATEGY),
    )


def place(serdes, topic):
    """Where a value is, as theirs wants to be told."""
    return SerializationContext(serdes.topics.name_of(topic), MessageField.VALUE)


@settings(max_examples=80, deadline=None)
@given(data=st.data(), topic=TOPICS)
def test_theirs_reads_ours(serdes, confluent, data, topic):
    """What our serializer wrote, theirs reads, value by value."""
    record = data.draw(RECORDS[topic])
    assert confluent[topic][1](serdes.serializer(topic).encode(record), place(serdes, topic)) == record


@settings(max_examples=80, deadline=None)
@given(data=st.data(), topic=TOPICS)
def test_ours_reads_theirs(serdes, confluent, data, topic):
    """What their serializer wrote, ours reads, one by one and in columns, value by value."""
    record = data.draw(RECORDS[topic])
    value = confluent[topic][0](record, place(serdes, topic))
    decoder = serdes.column_decoder(pinned(topic))
    assert decoder.records.decode(value) == record
    assert decoder.decode([value] * 16).frame.row(15, named=True) == record


def test_bytes_are_theirs(serdes, confluent):
    """Frame and payload are the same to the byte."""
    assert serdes.serializer("transactions")(payment()) == confluent["transactions"][0](
        payment(), place(serdes, "transactions")
    )


def stock_value(serdes, text, record):
    """A value of a stock client that registers by itself, under a subject whose history is a payment's."""
    with SchemaRegistryClient({"url": serdes.url}) as client:
        client.set_compatibility(SUBJECT, "FULL_TRANSITIVE")
        client.register_schema(SUBJECT, Schema(pinned("transactions").text, "AVRO"))
        serializer = AvroSerializer(client, text, conf=TOPIC_STRATEGY)
        return serializer(record, SerializationContext("interop.shop", MessageField.VALUE))


def test_auto_registration_of_an_incompatible_schema_is_refused(serdes):
    """A stock client whose idea of a payment is incompatible is stopped by the registry's level."""
    schema = json.loads(pinned("transactions").text)
    schema["fields"].append({"name": "shop", "type": "string"})
    with pytest.raises(SchemaRegistryError) as refused:
        stock_value(serdes, json.dumps(schema), payment(shop="x"))
    assert refused.value.http_status_code == 409


def test_auto_registration_of_a_compatible_schema_is_detected(serdes):
    """A stock client whose own schema the level lets through is named in the log, or refused on request."""
    schema = json.loads(pinned("transactions").text)
    schema["fields"].append({"name": "shop", "type": "string", "default": ""})
    value = stock_value(serdes, json.dumps(schema), payment(shop="x"))
    deserializer = RecordDeserializer(serdes.writer_schemas(), pinned("transactions"))
    with capture_logs() as logs:
        assert deserializer.decode(value) == payment()
    assert [entry["event"] for entry in logs] == ["unreleased_writer_schema"]
    strict = RecordDeserializer(
        serdes.writer_schemas(), pinned("transactions"), ReadingSettings(unreleased_schemas="refuse")
    )
    with pytest.raises(DecodeError, match="none of its releases"):
        strict.decode(value)


def test_auto_registered_record_of_another_name_is_refused(serdes):
    """A record that is no payment at all is a decode error with both names."""
    with SchemaRegistryClient({"url": serdes.url}) as client:
        serializer = AvroSerializer(
            client,
            json.dumps({"type": "record", "name": "shop.Order", "fields": [{"name": "id", "type": "string"}]}),
            conf=TOPIC_STRATEGY,
        )
        value = serializer({"id": "x"}, SerializationContext("interop.orders", MessageField.VALUE))
    with pytest.raises(DecodeError, match=r"record shop\.Order, and fraud\.Transaction is read"):
        RecordDeserializer(serdes.writer_schemas(), pinned("transactions")).decode(value)
