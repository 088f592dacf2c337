"""What is remembered of writer schemas."""

import json

import pytest

from schemas.errors import DecodeError, RegistryUnreachableError, UnknownSchemaError
from schemas.serdes.limits import DEPTH
from schemas.serdes.pinned import pinned
from schemas.serdes.writer_schemas import UNREACHABLE_SECONDS
from tests.schemas.serdes.registered import pin

UNKNOWN = 777_777


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def asked(between, schema_id):
    """How often the registry was asked for an id."""
    return sum(seen.path.endswith(f"/schemas/ids/{schema_id}") for seen in between.seen)


def test_known_id_is_asked_for_once(serdes, between):
    """An id never changes its schema, so one question is enough for ever."""
    schema_id = serdes.serializer("transactions").schema_id
    schemas = serdes.writer_schemas()
    assert not schemas.known(schema_id)
    assert schemas.get(schema_id) is schemas.get(schema_id)
    assert schemas.known(schema_id)
    assert schemas.get(schema_id).schema == pinned("transactions").schema
    assert asked(between, schema_id) == 1


def test_references_are_put_in(serdes):
    """A schema with a reference comes back whole, with full names."""
    schemas = serdes.writer_schemas()
    assert schemas.get(serdes.serializer("fraud").schema_id).schema == pinned("fraud").schema


def test_unknown_id_is_asked_again_before_it_is_given_up(serdes, between):
    """Two questions, then no more until the time is over; then it may have been registered."""
    clock = Clock()
    schemas = serdes.writer_schemas(clock=clock, negative_seconds=5)
    for _ in range(3):
        with pytest.raises(UnknownSchemaError, match=str(UNKNOWN)):
            schemas.get(UNKNOWN)
    assert asked(between, UNKNOWN) == 2
    assert schemas.known(UNKNOWN)
    clock.now += 5
    assert not schemas.known(UNKNOWN)
    with pytest.raises(UnknownSchemaError):
        schemas.get(UNKNOWN)
    assert asked(between, UNKNOWN) == 4


def test_id_missing_on_one_node_is_found_on_the_next(serdes, between):
    """A node that lags behind does not make a good record a dead letter."""
    schema_id = serdes.serializer("transactions").schema_id
    between.misbehave("GET", "/.*ids", instead=lambda _: (404, {"error_code": 40403, "message": "not yet"}))
    assert serdes.writer_schemas().get(schema_id).record == "fraud.Transaction"


def test_absent_registry_is_asked_once_a_second(serdes, between):
    """While the registry is away a batch of new ids asks once; afterwards all is well again."""
    clock = Clock()
    schemas = serdes.writer_schemas(clock=clock)
    schema_id = serdes.serializer("transactions").schema_id
    between.misbehave("GET", "/", times=1, instead=lambda _: (503, {"error_code": 50003, "message": "later"}))
    between.seen.clear()
    for number in (schema_id, UNKNOWN, schema_id):
        with pytest.raises(RegistryUnreachableError, match="later"):
            schemas.get(number)
    assert len(between.seen) == 1
    assert not schemas.known(schema_id)
    clock.now += UNREACHABLE_SECONDS
    assert schemas.get(schema_id).schema_id == schema_id


def test_wrong_path_is_not_an_unknown_id(serdes, between):
    """A 404 that is not the registry's (a proxy, a wrong path) must not make every record a dead letter."""
    between.misbehave("GET", "/", times=9, instead=lambda _: (404, {"detail": "Not Found"}))
    with pytest.raises(Exception, match="SCHEMA_REGISTRY_URL") as caught:
        serdes.writer_schemas().get(UNKNOWN)
    assert not isinstance(caught.value, UnknownSchemaError)


def test_schema_of_another_kind_is_a_decode_error(serdes, between):
    """An id that belongs to a JSON schema or to broken Avro wrote no record of ours."""
    answer = {"schema": '{"type": "object"}', "schemaType": "JSON"}
    between.misbehave("GET", "/", times=9, instead=lambda _: (200, answer))
    with pytest.raises(DecodeError, match="JSON"):
        serdes.writer_schemas().get(UNKNOWN)


def nested(levels):
    """A record whose one field is an array in an array, so many levels deep."""
    opened, closed = '{"type": "array", "items": ' * levels, "}" * levels
    return f'{{"type": "record", "name": "t.R", "fields": [{{"name": "x", "type": {opened}"int"{closed}}}]}}'


@pytest.mark.parametrize("levels", [DEPTH - 1, 330, 5000])
def test_schema_too_deep_to_read_is_a_decode_error(serdes, between, levels):
    """A schema that Python could not follow to its end costs its own records, not the process that reads them."""
    between.misbehave("GET", "/", times=9, instead=lambda _: (200, {"schema": nested(levels)}))
    with pytest.raises(DecodeError, match=f"more than {DEPTH} types"):
        serdes.writer_schemas().get(UNKNOWN)


def test_schema_as_deep_as_may_be_is_read(sandbox_serdes):
    """At the bound, records are written and read as at any depth above it."""
    schema = json.loads(nested(DEPTH - 2))
    value = 7
    for _ in range(DEPTH - 2):
        value = [value]
    payload = sandbox_serdes.serializer_of(schema).encode({"x": value})
    read = sandbox_serdes.column_decoder(pin(schema)).decode([payload])
    assert (read.failures, read.frame["x"].to_list()) == ((), [value])


def test_remembered_failures_are_bounded(serdes, monkeypatch):
    """Random bytes read as ids do not fill the memory."""
    monkeypatch.setattr("schemas.serdes.writer_schemas.REMEMBERED_FAILURES", 2)
    schemas = serdes.writer_schemas()
    for number in range(3):
        with pytest.raises(UnknownSchemaError):
            schemas.get(UNKNOWN + number)
    assert [schemas.known(UNKNOWN + number) for number in range(3)] == [False, True, True]
