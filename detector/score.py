"""Verdicts on a table of payments, by the same pure core as the service: both stages as one partition."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import polars as pl

from detector.batch import AMOUNT_SCALE, TransactionBatch
from detector.errors import DetectorError
from detector.rules.rule_set import RuleSet
from detector.stages.judged import Judged
from detector.stages.judging import Judging
from detector.state.limits import Limits
from detector.verdict_lines import verdict_lines

SLICE = 16_384
"""Rows judged at a time; how the table is cut changes no verdict."""

_COLUMNS = ("id", "source", "target", "amount", "currency", "occurred_at")

_AS_TEXT = dict.fromkeys(("id", "source", "target", "amount", "currency"), pl.String)
"""Read as text, so that no leading zero and no digit of an amount is lost."""


class ScoreError(DetectorError):
    """A table that cannot be scored."""


def payments_in(table: pl.DataFrame) -> pl.DataFrame:
    """The contract's columns of a table, in time order; rows of one time keep their order.

    Args:
        table: Columns `id`, `source`, `target`, `amount` (text, decimal or number), `currency`, `occurred_at`
            (a Datetime, or ISO 8601 text in UTC).

    Raises:
        ScoreError: a column is missing.
        polars.exceptions.PolarsError: a column cannot be converted.
    """
    missing = [column for column in _COLUMNS if column not in table.columns]
    if missing:
        raise ScoreError(f"the table lacks {', '.join(missing)}; needed are the columns {', '.join(_COLUMNS)}")
    return table.select(
        pl.col("id", "source", "target", "currency").cast(pl.String),
        pl.col("amount").cast(pl.Decimal(38, AMOUNT_SCALE)),
        event_time(table),
    ).select(_COLUMNS).sort("occurred_at", maintain_order=True)  # fmt: skip


def event_time(table: pl.DataFrame) -> pl.Expr:
    """`occurred_at` of a table as a Datetime in milliseconds, UTC, whether it is text or a Datetime there."""
    occurred = pl.col("occurred_at")
    if table.schema["occurred_at"] == pl.String:
        occurred = occurred.str.to_datetime(time_unit="ms", time_zone="UTC")
    elif getattr(table.schema["occurred_at"], "time_zone", None) is None:
        occurred = occurred.dt.replace_time_zone("UTC")
    return occurred.dt.cast_time_unit("ms")


def score_file(file: Path, rules: RuleSet, output: Path | None = None) -> str:
    """Judges a CSV file and writes a line per payment, to stdout without `output`; a summary in words.

    Raises:
        ScoreError: the file cannot be read, or lacks columns of the contract.
    """
    try:
        payments = payments_in(pl.read_csv(file, schema_overrides=_AS_TEXT))
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]  # polars adds a picture of its plan
        raise ScoreError(
            f"{file} cannot be scored: {reason}. A row is like p1,alice,bob,12.50,EUR,2026-01-31T12:00:00Z."
        ) from error
    frauds = 0
    with output.open("w", encoding="utf-8") if output else nullcontext(sys.stdout) as out:
        for judged in _ahead(score(payments, rules)):
            out.write(verdict_lines(judged).str.join("\n").item() + "\n")
            frauds += judged.frauds.shape[0]
    return f"{payments.height} payments, {frauds} fraud, rule set {rules.hash[:12]}"


def _ahead(slices: Iterator[Judged]) -> Iterator[Judged]:
    """The same slices; the next one is judged while the caller is busy, as kernels leave the interpreter free."""
    with ThreadPoolExecutor(1, "judging") as thread:
        following = thread.submit(next, slices, None)
        while (judged := following.result()) is not None:
            following = thread.submit(next, slices, None)
            yield judged


def score(payments: pl.DataFrame, rules: RuleSet, limits: Limits | None = None) -> Iterator[Judged]:
    """Judges payments in the order of the rows, slice by slice.

    Args:
        payments: As `payments_in` returns them.
        rules: The rule set.
        limits: Bounds of memory.
    """
    judging = Judging(rules, limits)
    for part in payments.iter_slices(SLICE):
        yield judging.process(TransactionBatch(part))
