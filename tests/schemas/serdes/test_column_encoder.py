"""Columns encoded by the batch: the bytes and the errors of the serializer."""

from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.errors import EncodeError
from schemas.serdes.columns.dtypes import column_types
from schemas.serdes.columns.encoder import ColumnEncoder
from schemas.serdes.columns.gathering import frame_of
from schemas.serdes.pinned import pinned
from tests.schemas.serdes.drawn_schemas import FLAT_RECORDS
from tests.schemas.serdes.payments import PAYMENTS, payment

SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
TYPES = column_types(pinned("transactions").schema)


@pytest.fixture(scope="session")
def serializer(sandbox_serdes):
    """Writes payments."""
    return sandbox_serdes.serializer("transactions")


@SLOW
@given(records=st.lists(PAYMENTS, max_size=20))
def test_bytes_are_the_serializers(serializer, records):
    """A frame of payments gives what each of them gives."""
    assert ColumnEncoder(serializer).encode(frame_of(records, TYPES)) == [serializer.encode(r) for r in records]


@SLOW
@given(st.data())
def test_any_flat_schema_is_encoded_alike(sandbox_serdes, data):
    """Every type of column gives the serializer's bytes."""
    schema, values = data.draw(FLAT_RECORDS)
    serializer = sandbox_serdes.serializer_of(schema)
    records = data.draw(st.lists(values, max_size=10))
    frame = frame_of(records, column_types(schema))
    assert ColumnEncoder(serializer).encode(frame) == [serializer.encode(record) for record in records]


def test_payments_take_the_columns(serializer, monkeypatch):
    """Payments do not go through the serializer one by one, texts beyond 64 bytes included."""
    records = [payment(), payment(source="x" * 2000), payment(id="€" * 64)]
    expected = [serializer.encode(record) for record in records]
    monkeypatch.setattr(type(serializer), "encode", None)
    assert ColumnEncoder(serializer).encode(frame_of(records, TYPES)) == expected


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (pl.Series("id", ["x" * 65]), "id: 65 characters"),
        (pl.Series("id", ["€" * 65]), "id: 65 characters"),
        (pl.Series("id", [None], dtype=pl.String), "id: None"),
        (pl.Series("id", [5]), "id: 5"),
        (pl.Series("amount", [9.5]), "amount: 9.5"),
        (pl.Series("amount", [Decimal("1e13")], dtype=pl.Decimal(38, 5)), "amount: .* 18 digits"),
        (pl.Series("amount", [Decimal("1e25")], dtype=pl.Decimal(38, 5)), "amount: .* 18 digits"),
        (pl.Series("amount", [Decimal("0.000001")], dtype=pl.Decimal(38, 6)), "amount: .* 5 fraction digits"),
        (pl.Series("occurred_at", [datetime(2026, 1, 1)]), "occurred_at: .* no time zone"),  # noqa: DTZ001 (the point)
        (pl.Series("occurred_at", [datetime(2026, 1, 1, 0, 0, 0, 1, UTC)]), "occurred_at: .* millisecond"),
        (pl.Series("note", ["x"]), "unknown field 'note'"),
    ],
)
def test_value_outside_the_contract_is_refused(serializer, column, says):
    """The errors are the serializer's, and no bytes come out."""
    with pytest.raises(EncodeError, match=says):
        ColumnEncoder(serializer).encode(frame_of([payment()], TYPES).with_columns(column))


def test_missing_column_is_refused(serializer):
    """A frame without one of the contract's columns is an error, in whatever order the others stand."""
    frame = frame_of([payment()], TYPES)
    assert ColumnEncoder(serializer).encode(frame[:, ::-1]) == [serializer.encode(payment())]
    with pytest.raises(EncodeError, match="field 'amount' is missing"):
        ColumnEncoder(serializer).encode(frame.drop("amount"))
