"""Tables that are judged, and those that are refused."""

from decimal import Decimal

import polars as pl
import pytest

from detector.batch import TransactionBatch
from detector.errors import ScoreError
from detector.payment_table import COLUMNS, payment_table

PAYMENT = {"id": "p", "source": "a", "target": "b", "amount": "1.00", "currency": "EUR"}


def _table(**values: list[str | None]) -> pl.DataFrame:
    height = max((len(column) for column in values.values()), default=2)
    columns = {name: [value] * height for name, value in {**PAYMENT, "occurred_at": "2026-01-31T12:00:00Z"}.items()}
    return pl.DataFrame({**columns, **values}, schema=dict.fromkeys(COLUMNS, pl.String))


@pytest.mark.parametrize("blank", [None, ""], ids=["null", "empty"])
@pytest.mark.parametrize("column", COLUMNS)
def test_a_row_without_a_value_is_refused(column: str, blank: str | None) -> None:
    """Its number and the column are named; no default stands in."""
    table = _table().with_columns(pl.Series(column, [_table()[column][0], blank], dtype=pl.String))
    with pytest.raises(ScoreError, match=f"^row 2 has no {column}$"):
        payment_table(table)


@pytest.mark.parametrize(
    "amount",
    ["9999999999999.99999", "-9999999999999.99999", "0.00001", "12.5", "12.500000", "0012.5", "+12.50", "12.", ".5"],
)
def test_an_amount_of_the_contract_is_kept_to_the_last_digit(amount: str) -> None:
    """decimal(18,5), whatever zeros stand around it."""
    assert payment_table(_table(amount=[amount]))["amount"].to_list() == [Decimal(amount)]


@pytest.mark.parametrize(
    "amount",
    ["899.999999", "0.000001", "10000000000000", "99999999999999.5", "1e3", "NaN", ".", "-", " 1", "1,5", "1\n"],
)
def test_an_amount_beyond_the_contract_is_refused_and_not_rounded(amount: str) -> None:
    """The tick behind the last digit on either side, and what is no number; the message shows the value."""
    with pytest.raises(ScoreError, match=r"^row 2 has the amount ") as refused:
        payment_table(_table(amount=["1.00", amount]))
    assert repr(amount) in str(refused.value)


@pytest.mark.parametrize("time", ["yesterday", "2026-02-30T12:00:00Z"])
def test_a_time_that_is_none_is_refused(time: str) -> None:
    """The message shows the value."""
    with pytest.raises(ScoreError, match=f"^row 2 has the occurred_at '{time}'"):
        payment_table(_table(occurred_at=["2026-01-31T12:00:00Z", time]))


@pytest.mark.parametrize("column", COLUMNS)
def test_a_batch_with_a_null_is_refused_before_the_kernels(column: str) -> None:
    """A kernel has no null: it would read outside of the texts."""
    whole = payment_table(_table())
    batch = TransactionBatch(
        whole.with_columns(pl.Series([whole[column][0], None], dtype=whole[column].dtype).alias(column))
    )
    reads = {"amount": "amounts", "occurred_at": "occurred_at"}
    with pytest.raises(ValueError, match=f"payment 1 of the batch has no {column}"):
        getattr(batch, reads.get(column, "texts"))
