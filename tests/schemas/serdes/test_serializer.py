"""The strict writer."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from confluent_kafka.serialization import Serializer

from schemas.errors import ContractError, EncodeError, RegistryUnreachableError
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.encoding import compile_writer
from schemas.serdes.pinned import pinned
from schemas.serdes.refusal import Refusal
from schemas.serdes.serializer import RecordSerializer
from schemas.settings import RegistrySettings
from tests.schemas.serdes.payments import flagged, payment

NEW_YORK = timezone(timedelta(hours=-5))


class Text(str):
    """A str of another class."""

    __slots__ = ()


def test_schema_is_looked_up_once_and_never_registered(serdes, between):
    """The writer asks for its schema's id once and sends nothing that a registry would store."""
    between.reset()
    serializer = serdes.serializer("transactions")
    assert isinstance(serializer, Serializer)
    for _ in range(3):
        serializer.encode(payment())
    assert [(seen.method, seen.path.partition("/subjects/")[1]) for seen in between.seen] == [("POST", "/subjects/")]
    assert between.writes() == []


def test_references_are_looked_up_first(serdes):
    """A record that refers to another one is found under its reference's version in the registry."""
    serializer = serdes.serializer("fraud")
    assert serializer.encode(flagged(payment()))[:5] == b"\x00" + serializer.schema_id.to_bytes(4, "big")


def test_missing_registration_names_the_command(serdes):
    """A subject that does not hold the released text stops the writer with the command that mends it."""
    serializer = RecordSerializer(serdes.writing, pinned("transactions"), "nobody-value", serdes.topics)
    with pytest.raises(ContractError, match=r"nobody-value does not hold .* run `fraud-schemas register`"):
        serializer.prepare()


def test_absent_registry_is_retried():
    """No answer at the look-up is an error that asks to come back."""
    nobody = RegistrySettings(url="http://127.0.0.1:9")
    with (
        schema_registry_client(nobody) as client,
        pytest.raises(RegistryUnreachableError, match="SCHEMA_REGISTRY_URL"),
    ):
        RecordSerializer(client, pinned("transactions"), "payments-value").prepare()


def test_null_stays_null(serdes):
    """A tombstone is no record, as in every Kafka serializer."""
    assert serdes.serializer("transactions")(None) is None


TRANSACTION = compile_writer(pinned("transactions").schema)
FLAGGED = compile_writer(pinned("fraud").schema)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"note": "x"}, "unknown field 'note'"),
        ({"id": "x" * 65}, "id: 65 characters"),
        ({"id": None}, "id: None"),
        ({"id": 5}, "id: 5 .int"),
        ({"id": b"x"}, "id: b'x' .bytes"),
        ({"id": "\ud800"}, "id: .*surrogate"),
        ({"amount": 9.5}, "amount: 9.5 .float"),
        ({"amount": "9.5"}, "amount: '9.5'"),
        ({"amount": 9}, "amount: 9 .int"),
        ({"amount": Fraction(1, 3)}, "amount: Fraction"),
        ({"amount": Decimal("0.000001")}, "amount: 0.000001 has more than 5 fraction digits"),
        ({"amount": Decimal("1E+13")}, "amount: .* more than 18 digits"),
        ({"amount": Decimal("-9999999999999.99999").next_minus() - 1}, "amount"),
        ({"amount": Decimal("NaN")}, "amount: .*finite"),
        ({"amount": Decimal("Infinity")}, "amount: .*finite"),
        ({"occurred_at": datetime(2026, 1, 1)}, "occurred_at: .* no time zone"),  # noqa: DTZ001 (the point)
        ({"occurred_at": datetime(2026, 1, 1, 0, 0, 0, 1, UTC)}, "occurred_at: .* finer than a millisecond"),
        ({"occurred_at": 1_767_225_600_000}, "occurred_at: .* no datetime"),
    ],
)
def test_record_outside_the_contract_is_refused(changes, says):
    """What fastavro would write silently, round or guess is an error that names the field and the value."""
    with pytest.raises(Refusal, match=says):
        TRANSACTION(payment(**changes), bytearray())


@pytest.mark.parametrize("missing", list(payment()))
def test_missing_field_is_refused(missing):
    """A record must hold every field."""
    record = {name: value for name, value in payment().items() if name != missing}
    with pytest.raises(Refusal, match=f"field '{missing}' is missing"):
        TRANSACTION(record, bytearray())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"score": True}, "score: True .bool"),
        ({"score": 2**31}, "score: 2147483648"),
        ({"score": 1.0}, "score: 1.0"),
        ({"level": "GRAVE"}, "level: 'GRAVE' .* none of UNKNOWN"),
        ({"findings": "amount"}, "findings: 'amount'"),
        ({"findings": [{}]}, r"findings\.\[0\]: field 'rule'"),
        ({"transaction": payment(amount=1)}, r"transaction\.amount: 1 "),
    ],
)
def test_error_names_the_nested_field(change, says):
    """The path leads through records and lists to the value that is wrong."""
    with pytest.raises(Refusal, match=says):
        FLAGGED(flagged(payment()) | change, bytearray())


def test_error_of_the_serializer_is_a_record_error(serdes):
    """The package's error carries record, version and field."""
    with pytest.raises(EncodeError, match=r"fraud\.Transaction version 2: amount: 1 "):
        serdes.serializer("transactions").encode(payment(amount=1))


@pytest.mark.parametrize(
    "changes",
    [
        {"id": Text("abc")},
        {"amount": Decimal("9999999999999.99999")},
        {"amount": Decimal("-9999999999999.99999")},
        {"amount": Decimal("1E+2")},
        {"amount": Decimal(0)},
        {"occurred_at": datetime(2026, 1, 1, 7, 30, tzinfo=NEW_YORK)},
    ],
)
def test_values_at_the_edge_come_back_equal(serdes, changes):
    """The largest amounts, other zones and other spellings of a number are written and read back equal."""
    decoder = serdes.column_decoder(pinned("transactions")).records
    record = payment(**changes)
    assert decoder.decode(serdes.serializer("transactions").encode(record)) == record
