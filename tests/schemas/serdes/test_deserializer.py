"""The reader that pins its schema."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from schemas.errors import DecodeError, RegistryRefusedError
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.encoding import compile_writer
from schemas.serdes.frame import prefix
from schemas.serdes.pinned import pinned
from schemas.serdes.settings import ReadingSettings
from tests.schemas.serdes.payments import flagged, payment
from tests.schemas.serdes.registered import pin

EMPTY = {"type": "record", "name": "drawn.Defaults", "fields": []}


def read_default(serdes, kind, default):
    """What a field that was not written comes out as, of two values."""
    schema_id = serdes.register(EMPTY)
    reader = {**EMPTY, "fields": [{"name": "x", "type": kind, "default": default}]}
    deserializer = RecordDeserializer(serdes.writer_schemas(), pin(reader))
    return deserializer.decode(prefix(schema_id))["x"], deserializer.decode(prefix(schema_id))["x"]


MONEY = {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}
MOMENT = {"type": "long", "logicalType": "timestamp-millis"}
INNER = {
    "type": "record",
    "name": "drawn.Inner",
    "fields": [{"name": "a", "type": MONEY}, {"name": "at", "type": MOMENT, "default": 0}],
}


@pytest.mark.parametrize(
    ("kind", "default", "value"),
    [
        (MONEY, "\u0001\u0000", Decimal("2.56")),
        (MOMENT, 1000, datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)),
        ({"type": "int", "logicalType": "date"}, 1, datetime(1970, 1, 2, tzinfo=UTC).date()),
        (
            {"type": "string", "logicalType": "uuid"},
            "12345678-1234-5678-1234-567812345678",
            UUID("12345678-1234-5678-1234-567812345678"),
        ),
        ("bytes", "\u00ff", b"\xff"),
        ({"type": "fixed", "name": "drawn.Four", "size": 2}, "ab", b"ab"),
        ("double", 1, 1.0),
        (["null", "string"], None, None),
        (["string", "null"], "x", "x"),
        (["null", "string"], "x", "x"),
        ({"type": "array", "items": MONEY}, ["\u0001"], [Decimal("0.01")]),
        ({"type": "map", "values": MONEY}, {"k": "\u0001"}, {"k": Decimal("0.01")}),
        (INNER, {"a": "\u0001"}, {"a": Decimal("0.01"), "at": datetime(1970, 1, 1, tzinfo=UTC)}),
    ],
)
def test_default_is_converted_and_never_shared(sandbox_serdes, kind, default, value):
    """A default is the value its logical type stands for, at any depth, and a new one for every record."""
    first, second = read_default(sandbox_serdes, kind, default)
    assert first == second
    assert first == value
    assert type(first) is type(value)
    if isinstance(first, (list, dict)):
        first.clear()
        assert second == value


def test_default_outside_its_type_is_refused(sandbox_serdes):
    """A default that is no value of its type is a decode error with the field's name, not a value of another type."""
    with pytest.raises(DecodeError, match="x: default"):
        read_default(sandbox_serdes, "long", "0")


def test_missing_field_without_default_is_refused(sandbox_serdes):
    """A field that was neither written nor has a default cannot be read."""
    schema_id = sandbox_serdes.register(EMPTY)
    reader = {**EMPTY, "fields": [{"name": "x", "type": "long"}]}
    with pytest.raises(DecodeError, match="x: was not written and has no default"):
        RecordDeserializer(sandbox_serdes.writer_schemas(), pin(reader)).decode(prefix(schema_id))


def test_known_id_needs_no_registry(serdes, between):
    """A registry that has gone down stops nothing that is already known."""
    value = serdes.serializer("fraud").encode(flagged(payment()))
    deserializer = RecordDeserializer(serdes.writer_schemas(), pinned("fraud"))
    assert deserializer.decode(value) == flagged(payment())
    between.reset()
    between.misbehave("GET", "/", times=99, instead=lambda _: (503, {"error_code": 50003, "message": "later"}))
    assert deserializer.decode(value) == flagged(payment())
    assert between.seen == []


def test_refusal_of_the_registry_is_not_the_records_fault(serdes, between):
    """A registry that lets nobody in stops the reader instead of emptying the topic into dead letters."""
    between.misbehave("GET", "/", times=9, instead=lambda _: (401, {"error_code": 40101, "message": "who are you"}))
    with pytest.raises(RegistryRefusedError, match="SCHEMA_REGISTRY_BASIC_AUTH"):
        RecordDeserializer(serdes.writer_schemas(), pinned("transactions")).decode(prefix(515_151) + b"a")


def auto_registered(serdes):
    """A value as a stock client writes it that registers its own idea of a payment."""
    schema = json.loads(pinned("transactions").text)
    schema["fields"].append({"name": "note", "type": "string", "default": ""})
    out = bytearray(prefix(serdes.register(schema)))
    compile_writer(schema | {"name": "fraud.Transaction"})(payment(note="mine"), out)
    return bytes(out)


def test_unreleased_schema_is_reported_once(serdes):
    """A compatible schema that is none of the releases is read, named in the log once, and kept in `unreleased`."""
    value = auto_registered(serdes)
    deserializer = RecordDeserializer(serdes.writer_schemas(), pinned("transactions"))
    with capture_logs() as logs:
        assert deserializer.decode(value) == deserializer.decode(value) == payment()
    assert [entry["event"] for entry in logs] == ["unreleased_writer_schema"]
    assert deserializer.unreleased == {logs[0]["schema_id"]}


def test_released_schema_is_not_reported(serdes):
    """The registry may give a release back in another form, and it is still the release."""
    deserializer = RecordDeserializer(serdes.writer_schemas(), pinned("fraud"))
    with capture_logs() as logs:
        deserializer.decode(serdes.serializer("fraud").encode(flagged(payment())))
    assert not logs
    assert not deserializer.unreleased


def test_unreleased_schema_is_refused_on_request(serdes, monkeypatch):
    """With UNRELEASED_SCHEMAS=refuse it is a decode error that names the setting."""
    monkeypatch.setenv("UNRELEASED_SCHEMAS", "refuse")
    deserializer = RecordDeserializer(serdes.writer_schemas(), pinned("transactions"))
    for _ in range(2):
        with pytest.raises(DecodeError, match="UNRELEASED_SCHEMAS=report"):
            deserializer.decode(auto_registered(serdes))
    assert ReadingSettings().unreleased_schemas == "refuse"
