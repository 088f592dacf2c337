"""Verdicts on a table of payments, by the same pure core as the service: both stages as one partition."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl

from detector.batch import TransactionBatch
from detector.errors import ScoreError
from detector.payment_csv import errors_name, read_texts
from detector.payment_table import payment_table
from detector.rules.rule_set import RuleSet
from detector.stages.judged import Judged
from detector.stages.judging import Judging
from detector.state.limits import Limits
from detector.verdict_file import verdict_file
from detector.verdict_lines import verdict_lines

SLICE = 16_384
"""Rows judged at a time; how the table is cut changes no verdict."""


def payments_in(table: pl.DataFrame) -> pl.DataFrame:
    """The contract's columns of a table, in time order; rows of one time keep their order.

    Args:
        table: As `detector.payment_table.payment_table` takes it.

    Raises:
        ScoreError: a column is missing, or a row is no payment.
        polars.exceptions.PolarsError: a column cannot be converted.
    """
    return payment_table(table).sort("occurred_at", maintain_order=True)


def score_file(file: Path, rules: RuleSet, output: Path | None = None) -> str:
    """Judges a CSV file and writes a line per payment, to stdout without `output`; a summary in words.

    Raises:
        ScoreError: the file cannot be read, lacks columns of the contract, or has a row that is no payment; `output`
            cannot be written, or is the file.

    Delivery: `output` as `detector.verdict_file.verdict_file`.
    """
    if output is not None and output.exists() and file.exists() and output.samefile(file):
        raise ScoreError(f"{output} holds the payments, and would be written over; name another file for the lines.")
    table = read_texts(file)
    with errors_name(file):
        payments = payments_in(table)
    frauds = 0
    with verdict_file(output) as lines:
        for judged in _ahead(score(payments, rules)):
            lines.write(verdict_lines(judged).str.join("\n").item() + "\n")
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
