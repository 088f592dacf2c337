"""A table of payments as the core judges it."""

import polars as pl

from detector.batch import AMOUNT_SCALE
from detector.errors import ScoreError

COLUMNS = ("id", "source", "target", "amount", "currency", "occurred_at")
"""What the contract says of a payment."""

_TEXTS = ("id", "source", "target", "currency")
_AMOUNT = r"^[+-]?(0*[0-9]{1,13}(\.[0-9]{0,5}0*)?|\.[0-9]{1,5}0*)$"
"""decimal(18,5); zeros in front and at the end say nothing."""

_LONGEST = 60
"""Characters of a value that a message shows."""


def payment_table(table: pl.DataFrame) -> pl.DataFrame:
    """The contract's columns of a table, a row each, in the order of the rows.

    Args:
        table: Columns `id`, `source`, `target`, `amount` (text, decimal or number), `currency`, `occurred_at`
            (a Datetime, or ISO 8601 text in UTC).

    Raises:
        ScoreError: a column is missing, or a row is no payment: it lacks a value, its amount is no decimal(18,5) or its
            time is none. Rows are counted from 1, without the header.
        polars.exceptions.PolarsError: a column cannot be converted.
    """
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        raise ScoreError(f"the table lacks {', '.join(missing)}; needed are the columns {', '.join(COLUMNS)}")
    for column in COLUMNS:
        _refuse(_blank(table[column]), f"has no {column}")
    texts = (table[column].cast(pl.String) for column in _TEXTS)
    return pl.DataFrame([*texts, _amounts(table["amount"]), _times(table["occurred_at"])]).select(COLUMNS)


def _refuse(bad: pl.Series, said: str, values: pl.Series | None = None) -> None:
    """Names the first row that is marked, with its value."""
    if bad.any():
        row = int(bad.arg_max() or 0)
        value = "" if values is None else f" {values[row][:_LONGEST]!r}"
        raise ScoreError(f"row {row + 1} {said.format(value=value)}")


def _blank(column: pl.Series) -> pl.Series:
    blank = column.is_null()
    return blank | (column == "").fill_null(value=True) if column.dtype == pl.String else blank


def _amounts(column: pl.Series) -> pl.Series:
    """Never rounded: a sum of 899.999999 is not one of 900."""
    texts = column.cast(pl.String)
    said = "has the amount{value}, no number like 12.50 with at most 13 digits before and 5 after the point"
    _refuse(~texts.str.contains(_AMOUNT), said, texts)
    return texts.cast(pl.Decimal(38, AMOUNT_SCALE))


def _times(column: pl.Series) -> pl.Series:
    """In milliseconds, UTC, whether the column is text or a Datetime."""
    if column.dtype == pl.String:
        times = column.str.to_datetime(time_unit="ms", time_zone="UTC", strict=False)
        _refuse(times.is_null(), "has the occurred_at{value}, no time like 2026-01-31T12:00:00Z", column)
        return times
    if getattr(column.dtype, "time_zone", None) is None:
        column = column.dt.replace_time_zone("UTC")
    return column.dt.cast_time_unit("ms")
