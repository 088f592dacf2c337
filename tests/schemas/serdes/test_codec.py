"""The codec beside fastavro: the same bytes, the same values."""

import io
import json

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import DecodeError
from schemas.serdes.encoding import compile_writer
from schemas.serdes.refusal import Refusal
from schemas.serdes.resolution import Resolution
from schemas.serdes.writer_schemas import WriterSchema
from tests.schemas.serdes.drawn_schemas import RECORDS
from tests.schemas.serdes.registered import pin


def encoded(schema, value):
    """Our bytes."""
    out = bytearray()
    compile_writer(schema)(value, out)
    return bytes(out)


def decoded(writer, reader, payload):
    """Our values."""
    return Resolution(WriterSchema(1, reader["name"], writer), pin(reader)).decode(payload)


def by_fastavro(schema, value):
    """Bytes of fastavro."""
    target = io.BytesIO()
    fastavro.schemaless_writer(target, fastavro.parse_schema(schema), value, strict=True)
    return target.getvalue()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_bytes_are_fastavros(data):
    """What we write is what fastavro writes, a decimal's shortest form aside, and each reads the other's."""
    schema, values = data.draw(RECORDS)
    value = data.draw(values)
    ours, theirs = encoded(schema, value), by_fastavro(schema, value)
    if "decimal" not in json.dumps(schema):  # fastavro spends a byte more on -128, -32768, ...; Java does not
        assert ours == theirs
    assert fastavro.schemaless_reader(io.BytesIO(ours), fastavro.parse_schema(schema), None) == value
    assert decoded(schema, schema, theirs) == value


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_reader_sees_common_fields_and_defaults(data):
    """A field that was not written has its default, one that is not wanted is passed over, order does not matter."""
    schema, values = data.draw(RECORDS)
    value = data.draw(values)
    kept = data.draw(st.lists(st.sampled_from(schema["fields"]), unique_by=lambda field: field["name"]))
    added = {"name": "added", "type": {"type": "array", "items": "string"}, "default": ["a"]}
    reader = {**schema, "fields": [added, *kept]}
    read = decoded(schema, reader, encoded(schema, value))
    assert read == {"added": ["a"]} | {field["name"]: value[field["name"]] for field in kept}


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_random_bytes_decode_or_are_refused(data):
    """Whatever the bytes, there is a record or a DecodeError; and where fastavro refuses, so do we."""
    schema, values = data.draw(RECORDS)
    payload = bytearray(encoded(schema, data.draw(values)))
    for _ in range(data.draw(st.integers(1, 3))):
        if payload:
            payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    payload = bytes(payload)
    try:
        ours = decoded(schema, schema, payload)
    except DecodeError:
        return
    source = io.BytesIO(payload)
    theirs = fastavro.schemaless_reader(source, fastavro.parse_schema(schema), None)
    assert source.tell() == len(payload)
    assert json.dumps(ours, default=repr) == json.dumps(theirs, default=repr)


def record(kind, **field):
    """A record with one field."""
    return {"type": "record", "name": "t.R", "fields": [{"name": "x", "type": kind, **field}]}


ENUM = {"type": "enum", "name": "t.E", "symbols": ["A", "B"]}


@pytest.mark.parametrize(
    ("kind", "payload", "says"),
    [
        (ENUM, b"\x01", "symbol -1"),
        (ENUM, b"\x04", "symbol 2"),
        (["null", "string"], b"\x01", "branch -1"),
        ("boolean", b"\x02", "no boolean"),
        ("int", b"\xfe\xff\xff\xff\xff\x01", "32 bits"),
        ("long", b"\x80" * 10 + b"\x01", "ten bytes"),
        ("string", b"\x01", "length of -1"),
        ("string", b"\x08abc", "length of 4"),
        ("string", b"\x02\xff", "UTF-8"),
        ("double", b"\x00", "end here"),
        ({"type": "array", "items": "null"}, b"\xfe\xff\xff\xff\xff\xff\x01", "items"),
        ({"type": "fixed", "name": "t.F", "size": 4}, b"ab", "4 bytes"),
        ("null", b"a", "1 bytes trail"),
        ({"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 1}, b"\x04\x00\x64", "2 digits"),
        ({"type": "long", "logicalType": "timestamp-millis"}, b"\xfe" + b"\xff" * 8 + b"\x01", "no time"),
    ],
)
def test_broken_bytes_are_named(kind, payload, says):
    """Bytes that fastavro or polars would take, or fail on in their own way, are refused with the field's name."""
    with pytest.raises(DecodeError, match=says):
        decoded(record(kind), record(kind), payload)


@pytest.mark.parametrize(
    ("written", "read", "payload", "value"),
    [
        ("int", "long", b"\x04", 2),
        ("int", "double", b"\x04", 2.0),
        ("long", "float", b"\x04", 2.0),
        ("string", "bytes", b"\x02a", b"a"),
        ("bytes", "string", b"\x02a", "a"),
        ("int", ["null", "long"], b"\x04", 2),
        (["null", "int"], "long", b"\x02\x04", 2),
        (ENUM | {"symbols": ["A", "C"]}, ENUM | {"default": "B"}, b"\x02", "B"),
    ],
)
def test_writers_type_is_promoted(written, read, payload, value):
    """Avro's promotions hold, inside unions and out, and an unknown symbol becomes the enum's default."""
    assert decoded(record(written), record(read), payload) == {"x": value}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("long", "int"),
        ("string", "long"),
        ("string", ["null", "long"]),
        ({"type": "long", "logicalType": "timestamp-millis"}, {"type": "long", "logicalType": "timestamp-micros"}),
        (
            {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 1},
            {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2},
        ),
        ("string", {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}),
        (["null", "string"], {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}),
        ("int", {"type": "long", "logicalType": "timestamp-millis"}),
        ("bytes", {"type": "string", "logicalType": "uuid"}),
    ],
)
def test_schema_that_cannot_be_read_is_refused(written, read):
    """A writer whose type, unit or scale is another one is refused before a byte of it is read."""
    with pytest.raises(DecodeError, match="cannot be read as"):
        decoded(record(written), record(read), b"\x00")


def test_own_name_comes_before_an_alias():
    """Fields swapped by aliases are read by their own names."""
    writer = {"type": "record", "name": "t.R", "fields": [{"name": n, "type": "string"} for n in ("b", "a")]}
    reader = {"type": "record", "name": "t.R", "fields": [{"name": "b", "type": "string", "aliases": ["a"]}]}
    assert decoded(writer, reader, b"\x02B\x02A") == {"b": "B"}
    assert decoded({**writer, "fields": writer["fields"][1:]}, reader, b"\x02A") == {"b": "A"}


def test_recursive_record_is_read_and_written():
    """A record that holds itself goes there and back."""
    tree = record(["null", "t.R"])
    value = {"x": {"x": {"x": None}}}
    assert encoded(tree, value) == b"\x02\x02\x00"
    assert decoded(tree, tree, b"\x02\x02\x00") == value


def test_deep_nesting_is_no_crash():
    """Bytes that nest without end are a decode error."""
    with pytest.raises(DecodeError, match="deep"):
        decoded(record(["null", "t.R"]), record(["null", "t.R"]), b"\x02" * 100_000)


def test_union_of_branches_that_hold_alike_is_written_as_the_first():
    """An int that only the second branch can hold is written as the second."""
    assert encoded(record(["int", "long"]), {"x": 3_000_000_000})[:1] == b"\x02"
    with pytest.raises(Refusal, match="none of int, long"):
        encoded(record(["int", "long"]), {"x": True})
