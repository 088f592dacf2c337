"""Input bytes that may go on, and payloads inside flagged records."""

import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from hypothesis import given, settings

from schemas.errors import ContractError, EncodeError, RegistryUnreachableError
from schemas.serdes.embedding import EmbeddingSerializer
from schemas.serdes.forwarding import Forwarder
from schemas.serdes.frame import prefix
from schemas.serdes.pinned import pinned
from schemas.serdes.writer_schemas import UNREACHABLE_SECONDS
from tests.schemas.serdes.payments import PAYMENTS, flagged, payment
from tests.schemas.serdes.test_writer_schemas import Clock


def test_schema_of_the_output_subject_is_forwarded(serdes, between):
    """The legit topic holds the same schema, so input bytes go on under its id; asked once."""
    schema_id = serdes.serializer("transactions").schema_id
    forwarder = Forwarder(serdes.writing, serdes.topics.subject_of("legit"))
    assert forwarder.prefix(schema_id) == prefix(serdes.serializer("legit").schema_id)
    between.reset()
    assert forwarder.prefix(schema_id) is not None
    assert between.seen == []


def test_schema_that_is_not_there_is_not_forwarded(serdes, between, topics):
    """A schema that the output subject does not hold is encoded again, until it is registered there."""
    clock = Clock()
    text = pinned("transactions").text.replace("One payment", "A payment")
    schema_id = serdes.register(text)
    subject = topics.subject_of("legit")
    with SchemaRegistryClient({"url": serdes.url}) as somebody_else:
        somebody_else.register_schema(subject, Schema(pinned("legit").text, "AVRO"))
    forwarder = Forwarder(serdes.writing, subject, clock=clock, negative_seconds=60)
    assert forwarder.prefix(schema_id) is None
    with SchemaRegistryClient({"url": serdes.url}) as somebody_else:
        somebody_else.register_schema(subject, Schema(text, "AVRO"))
    between.reset()
    assert forwarder.prefix(schema_id) is None
    assert between.seen == []
    clock.now += 60
    assert forwarder.prefix(schema_id) is not None


def test_absent_registry_is_asked_once_a_second(serdes, between):
    """While the registry is away every id waits, at the cost of one question a second."""
    clock = Clock()
    forwarder = Forwarder(serdes.reading, serdes.topics.subject_of("legit"), clock=clock)
    schema_id = serdes.serializer("transactions").schema_id
    between.misbehave("GET", "/", times=1, instead=lambda _: (503, {"error_code": 50003, "message": "later"}))
    between.seen.clear()
    for _ in range(3):
        with pytest.raises(RegistryUnreachableError):
            forwarder.prefix(schema_id)
    assert len(between.seen) == 1
    between.misbehaviours.clear()
    clock.now += UNREACHABLE_SECONDS
    assert forwarder.prefix(schema_id) is not None


@settings(max_examples=50, deadline=None)
@given(record=PAYMENTS)
def test_embedded_payload_is_the_serializers_bytes(sandbox_serdes, record):
    """A flagged payment put together from the payment's bytes is what the serializer would have written."""
    serializer = sandbox_serdes.serializer("fraud")
    payload = sandbox_serdes.serializer("transactions").payload(record)
    rest = flagged(record)
    whole = serializer.encode(rest)
    del rest["transaction"]
    assert EmbeddingSerializer(serializer).encode(payload, rest) == whole


def test_only_the_referenced_version_fits(serdes):
    """Payloads of another schema, a doc's difference included, are not embedded."""
    embedding, schemas = EmbeddingSerializer(serdes.serializer("fraud")), serdes.writer_schemas()
    assert embedding.fits(schemas.get(serdes.serializer("transactions").schema_id))
    other = serdes.register(pinned("transactions").text.replace("One payment", "A payment"))
    assert not embedding.fits(schemas.get(other))


def test_rest_of_an_embedding_record_is_strict(serdes):
    """The other fields are checked as the serializer checks them, and the embedded one is not among them."""
    embedding = EmbeddingSerializer(serdes.serializer("fraud"))
    payload = serdes.serializer("transactions").payload(payment())
    rest = flagged(payment())
    with pytest.raises(EncodeError, match="unknown field 'transaction'"):
        embedding.encode(payload, rest)
    del rest["transaction"]
    with pytest.raises(EncodeError, match="score: '1'"):
        embedding.encode(payload, rest | {"score": "1"})


def test_record_that_does_not_begin_with_a_record_embeds_nothing(serdes):
    """Only a first field can be put in front."""
    with pytest.raises(ContractError, match="does not begin with a record"):
        EmbeddingSerializer(serdes.serializer("transactions"))
