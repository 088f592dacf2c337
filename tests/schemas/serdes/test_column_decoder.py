"""Batches in columns beside records one by one: the same values, the same errors."""

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from threading import Thread

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from schemas.errors import (
    DecodeError,
    FrameError,
    InvalidValueError,
    RecordError,
    RegistryUnreachableError,
    UnknownSchemaError,
)
from schemas.serdes.columns import decoder as column_decoder
from schemas.serdes.columns.block import LONGEST_BLOCK, Guards
from schemas.serdes.columns.dtypes import column_types
from schemas.serdes.columns.gathering import frame_of
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.encoding import compile_writer
from schemas.serdes.frame import prefix
from schemas.serdes.pinned import pinned
from schemas.serdes.resolution import Resolution
from tests.schemas.serdes.drawn_schemas import FLAT_RECORDS
from tests.schemas.serdes.payments import PAYMENTS, damaged, payment
from tests.schemas.serdes.registered import pin

SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
COLOUR = {"type": "enum", "name": "fraud.Colour", "symbols": ["UNKNOWN", "CARD"], "default": "UNKNOWN"}


def agree(decoder, values):
    """Both paths, compared; the batch."""
    batch = decoder.decode(values)
    records, errors = {}, {}
    for position, value in enumerate(values):
        try:
            records[position] = decoder.records.decode(value)
        except RecordError as error:
            errors[position] = (type(error), str(error))
    assert batch.positions.tolist() == list(records)
    assert {failure.position: (type(failure.error), str(failure.error)) for failure in batch.failures} == errors
    assert_frame_equal(batch.frame, frame_of(list(records.values()), column_types(decoder.pinned.schema)))
    return batch


@pytest.fixture(scope="session")
def payments(sandbox_serdes):
    """Encodes payments, decodes batches of them."""
    return sandbox_serdes.serializer("transactions"), sandbox_serdes.column_decoder(pinned("transactions"))


@SLOW
@given(st.data())
def test_broken_values_cost_only_themselves(payments, data):
    """In a batch with flipped, cut, added or shifted bytes both paths give the same records and the same errors."""
    serializer, decoder = payments
    values = [serializer.encode(record) for record in data.draw(st.lists(PAYMENTS, min_size=16, max_size=40))]
    for position in data.draw(st.lists(st.integers(0, len(values) - 1), max_size=4)):
        values[position] = data.draw(damaged(values[position] or b""))
    agree(decoder, values)


@pytest.mark.parametrize("broken", [b"\x02", b"\x80\x00", b"\x81\x00", b""])
def test_boolean_of_other_bytes_is_refused(sandbox_serdes, broken):
    """One byte, 0 or 1: a number that means the same and takes two is none."""
    fields = [{"name": "a", "type": "boolean"}, {"name": "b", "type": "boolean"}]
    schema = {"type": "record", "name": "drawn.Flags", "fields": fields}
    head = prefix(sandbox_serdes.register(schema))
    values = [head + bytes((row % 2, row // 2 % 2)) for row in range(20)]
    values[7] = head + b"\0" + broken
    batch = agree(sandbox_serdes.column_decoder(schema), values)
    assert [failure.position for failure in batch.failures] == [7]
    assert batch.frame["a"].to_list() == [bool(row % 2) for row in range(20) if row != 7]


@SLOW
@given(st.data())
def test_flat_schemas_take_the_columns_and_agree(sandbox_serdes, data):
    """Any flat schema is decoded in columns, and a damaged value of it fares as in the per-record path."""
    schema, drawn = data.draw(FLAT_RECORDS)
    schema_id, write = sandbox_serdes.register(schema), compile_writer(schema)
    decoder = sandbox_serdes.column_decoder(schema)
    values = []
    for record in data.draw(st.lists(drawn, min_size=16, max_size=24)):
        out = bytearray(prefix(schema_id))
        write(record, out)
        values.append(bytes(out))
    batch = decoder.decode(values)
    assert not batch.failures
    assert decoder._paths[schema_id] is not None
    for position in data.draw(st.lists(st.integers(0, len(values) - 1), max_size=3)):
        values[position] = data.draw(damaged(values[position] or b""))
    agree(decoder, values)


def poisons(value):
    """Every kind of broken value, with the class of its error."""
    transaction = pinned("transactions").schema
    long_id = compile_writer({**transaction, "name": "other.Name"})
    out = bytearray(value[:5])
    long_id(payment(id="x" * 65), out)
    too_precise = value.replace(b"\x08\x05\xa9\x95\xc0", b"\x12\x7f" + b"\xff" * 8)
    assert too_precise != value
    return [
        (b"", FrameError),
        (None, FrameError),
        (b"\x01" + value[1:], FrameError),
        (b"\x00\x00\x00", FrameError),
        (prefix(987_654) + value[5:], UnknownSchemaError),
        (value[:-2], DecodeError),
        (value + b"\x00", DecodeError),
        (value.replace(b"EUR", b"E\xffR"), DecodeError),
        (value[:5], DecodeError),
        (too_precise, InvalidValueError),
        (bytes(out), InvalidValueError),
        (value[:-7] + b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01" + value[-1:], InvalidValueError),
    ]


def test_each_poison_has_its_error(serdes):
    """Every kind of broken value in one batch ends as its own typed error, and the good ones come through."""
    serializer, decoder = serdes.serializer("transactions"), serdes.column_decoder(pinned("transactions"))
    value = serializer.encode(payment())
    broken = poisons(value)
    foreign = serdes.serializer("dead-letter").schema_id
    broken.append((prefix(foreign) + value[5:], DecodeError))
    values = [value] * 30
    for poison, _ in broken:
        values += [poison, value]
    batch = agree(decoder, values)
    assert [type(failure.error) for failure in batch.failures] == [kind for _, kind in broken]
    assert len(batch.frame) == 30 + len(broken)
    assert set(batch.schema_ids.tolist()) == {serializer.schema_id}


@pytest.mark.parametrize("count", [0, 1, 15, 16, LONGEST_BLOCK + 17])
def test_batches_of_any_length_are_decoded(payments, count):
    """Neither an empty batch nor one beyond a block's length is anything special."""
    serializer, decoder = payments
    value = serializer.encode(payment())
    batch = decoder.decode([value] * count)
    assert batch.frame.height == count == len(batch.positions) == len(batch.schema_ids)
    assert batch.frame.schema == column_types(decoder.pinned.schema)
    if count:
        assert batch.frame.row(count - 1, named=True) == payment()


def test_columns_have_the_contracts_types(payments):
    """Decimals come as Decimal of the contract's scale, timestamps as Datetime in UTC."""
    serializer, decoder = payments
    batch = decoder.decode([serializer.encode(payment(amount=Decimal("-0.00001")))] * 20)
    assert batch.frame.schema["amount"] == pl.Decimal(18, 5)
    assert batch.frame.schema["occurred_at"] == pl.Datetime("ms", "UTC")
    assert batch.frame["amount"].sum() == Decimal("-0.00020")
    assert batch.frame["occurred_at"][0] == datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def younger():
    """The payment with one more field, an enum with a default."""
    schema = json.loads(json.dumps(pinned("transactions").schema))
    schema["fields"].append({"name": "colour", "type": COLOUR, "default": "UNKNOWN"})
    return schema


def test_added_field_is_read_in_columns(sandbox_serdes, payments):
    """Payments of two schema versions in one batch are read as the younger one, the older ones with the default."""
    schema = younger()
    schema_id, write = sandbox_serdes.register(schema), compile_writer(schema)
    out = bytearray(prefix(schema_id))
    write(payment(id="new", colour="CARD"), out)
    old = payments[0].encode(payment(id="old"))
    decoder = sandbox_serdes.column_decoder(pin(schema))
    batch = agree(decoder, [old, bytes(out)] * 40)
    assert batch.frame["colour"].to_list() == ["UNKNOWN", "CARD"] * 40
    assert None not in decoder._paths.values()
    assert set(decoder._paths) == {payments[0].schema_id, schema_id}


def test_removed_field_is_read_in_columns(sandbox_serdes):
    """A reader of the older schema passes over the younger one's field, and still refuses bytes that break it."""
    schema = younger()
    schema_id, write = sandbox_serdes.register(schema), compile_writer(schema)
    out = bytearray(prefix(schema_id))
    write(payment(colour="CARD"), out)
    decoder = sandbox_serdes.column_decoder(pinned("transactions"))
    value = bytes(out)
    batch = agree(decoder, [value] * 30 + [value[:-1] + b"\x08"])
    assert decoder._paths[schema_id] is not None
    assert len(batch.failures) == 1


def test_union_takes_the_per_record_path(sandbox_serdes):
    """A schema with a nullable field, which polars reads too trustingly, is decoded record by record."""
    schema = json.loads(json.dumps(pinned("transactions").schema))
    schema["fields"].append({"name": "note", "type": ["null", "string"], "default": None})
    schema_id, write = sandbox_serdes.register(schema), compile_writer(schema)
    out = bytearray(prefix(schema_id))
    write(payment(note="a"), out)
    decoder = sandbox_serdes.column_decoder(pin(schema))
    batch = agree(decoder, [bytes(out)] * 30 + [bytes(out)[:-3] + b"\x04\x02a"])
    assert decoder._paths.get(schema_id) is None
    assert batch.frame["note"].to_list() == ["a"] * 30
    assert len(batch.failures) == 1


def test_absent_registry_fails_only_what_is_unknown(serdes, between):
    """With the registry away, values under a known id are decoded and the others wait; nothing is a dead letter."""
    serializer = serdes.serializer("transactions")
    value = serializer.encode(payment())
    decoder = serdes.column_decoder(pinned("transactions"))
    decoder.decode([value] * 20)
    between.misbehave("GET", "/schemas", times=99, instead=lambda _: (503, {"error_code": 50003, "message": "later"}))
    other = prefix(424_242) + value[5:]
    batch = decoder.decode([value, other] * 20)
    assert batch.positions.tolist() == list(range(0, 40, 2))
    assert {type(failure.error) for failure in batch.failures} == {RegistryUnreachableError}
    assert [failure.position for failure in batch.failures] == list(range(1, 40, 2))


def test_only_broken_records_are_decoded_one_by_one(payments, monkeypatch):
    """A poison of any kind leaves its neighbours in the columns, wherever it stands."""
    serializer, decoder = payments
    value = serializer.encode(payment())
    slow = []
    decode_at = Resolution.decode_at
    monkeypatch.setattr(Resolution, "decode_at", lambda *given: slow.append(given[1]) or decode_at(*given))
    for poison, kind in poisons(value):
        for place in (0, 50, 100):
            slow.clear()
            batch = decoder.decode([*[value] * place, poison, *[value] * (100 - place)])
            assert [(failure.position, type(failure.error)) for failure in batch.failures] == [(place, kind)]
            assert set(slow) <= {poison}


def assert_no_panic(said):
    """Standard error is where it was and holds nothing of a panic; another library's thread may write there too."""
    assert said.endswith("still here\n")
    assert "panicked" not in said


def test_threads_do_not_swap_standard_error(payments, capfd):
    """Decoders in several threads leave standard error where it was."""
    serializer, decoder = payments
    value = serializer.encode(payment())
    batch = [*[value] * 40, value[:5] + b"\xfe\xff\x7f" + value[6:]]
    threads = [Thread(target=lambda: [decoder.decode(batch) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.write(2, b"still here\n")
    assert_no_panic(capfd.readouterr().err)


def test_guards_differ_at_every_position():
    """No two positions of a block share a guard, whatever the seed."""
    for seed in (bytes(8), b"\xff" * 8, os.urandom(8)):
        assert len(set(Guards(seed).pieces)) == LONGEST_BLOCK


def test_shifted_borders_are_seen_by_the_guard(payments):
    """Two records that would only decode together, the second's beginning at the first's end, are both refused."""
    serializer, decoder = payments
    value = serializer.encode(payment())
    values = [value] * 20
    values[7], values[8] = value + value[:9], value[9:]
    batch = agree(decoder, values)
    assert [failure.position for failure in batch.failures] == [7, 8]


def test_panic_prints_nothing_and_loses_nothing(payments, capfd):
    """A block that makes polars panic leaves standard error clean."""
    serializer, decoder = payments
    value = serializer.encode(payment())
    batch = decoder.decode([*[value] * 40, value[:5] + b"\xfe\xff\x7f" + value[6:]])
    os.write(2, b"still here\n")
    assert len(batch.failures) == 1
    assert_no_panic(capfd.readouterr().err)


def test_per_record_decoder_is_a_kafka_deserializer(payments):
    """The deserializer is called as confluent-kafka calls it."""
    serializer, decoder = payments
    assert isinstance(decoder.records, RecordDeserializer)
    assert decoder.records(serializer(payment()), None) == payment()
    assert column_decoder.SMALLEST_BLOCK > 1
