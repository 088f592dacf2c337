"""Payments of which is known whether they are fraud."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detector.evaluation.errors import LabelsError
from detector.payment_csv import errors_name, read_texts
from detector.payment_table import payment_table

Marks = NDArray[np.bool_]

_LABELS = {"1": True, "true": True, "1.0": True, "0": False, "false": False, "0.0": False}
_TRUTH = ("label", "scenario", "ring")


@dataclass(frozen=True)
class Labelled:
    """Payments in time order with their truth, a row each.

    Args:
        payments: As `detector.score.payments_in` returns them.
        fraud: Which payments are fraud.
        scenarios: Name of the pattern a payment belongs to, empty for none.
        rings: Id of the ring a payment belongs to, empty for none.
        known: False where there are no labels; then no payment counts as fraud.
    """

    payments: pl.DataFrame
    fraud: Marks
    scenarios: list[str]
    rings: list[str]
    known: bool = True

    def __len__(self) -> int:
        return self.payments.height

    @cached_property
    def times(self) -> NDArray[np.int64]:
        """Event times, milliseconds since 1970."""
        return self.payments["occurred_at"].to_physical().to_numpy()

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row by payment id; of an id that is there twice the first."""
        ids = self.payments["id"].to_list()
        return dict(zip(reversed(ids), range(len(ids) - 1, -1, -1), strict=True))


def read_labelled(file: Path, truth: Path | None = None, *, needed: bool = True) -> Labelled:
    """Payments of a CSV, labels in the same file or in `truth`, joined by id.

    Args:
        file: The payments.
        truth: Their labels, if not in `file`.
        needed: Whether a file without labels is refused.

    Raises:
        LabelsError: `label` is missing, a label is neither 0 nor 1, or a payment has none.
        ScoreError: a file cannot be read, lacks columns of the contract, or has a row that is no payment.
    """
    table = read_texts(file)
    if truth is not None:
        table = table.drop(_TRUTH, strict=False)
        table = table.join(_truth(truth), on="id", how="left", maintain_order="left")
    with errors_name(file):
        return labelled(table, needed=needed)


def labelled(table: pl.DataFrame, *, needed: bool = True) -> Labelled:
    """Payments and truth of one table, put in time order.

    Args:
        table: The contract's columns and `label` (0 or 1); `scenario` and `ring` where known.
        needed: Whether a table without `label` is refused.

    Raises:
        LabelsError: `label` is missing and needed, or holds something else.
        ScoreError: columns of the contract are missing, or a row is no payment.
    """
    known = "label" in table.columns
    if needed and not known:
        raise LabelsError("there is no column label; add it (0 or 1), or name a file with id and label by --truth")
    payments = payment_table(table)
    order = payments.select(pl.arg_sort_by("occurred_at", maintain_order=True)).to_series()
    table = table[order]
    fraud = _fraud(table) if known else np.zeros(table.height, dtype=np.bool_)
    return Labelled(payments[order], fraud, _texts(table, "scenario"), _texts(table, "ring"), known)


def _truth(file: Path) -> pl.DataFrame:
    table = read_texts(file)
    if "id" not in table.columns or "label" not in table.columns:
        raise LabelsError(f"{file} has no columns id and label; it has {', '.join(table.columns)}")
    twice = table.filter(pl.col("id").is_duplicated())["id"]
    if len(twice):
        raise LabelsError(f"{file} labels payment {twice[0]} twice; keep one row per id")
    return table.select("id", *(column for column in _TRUTH if column in table.columns))


def _fraud(table: pl.DataFrame) -> Marks:
    labels = table["label"].cast(pl.String).str.strip_chars().str.to_lowercase()
    fraud = labels.replace_strict(list(_LABELS), list(_LABELS.values()), default=None, return_dtype=pl.Boolean)
    if fraud.null_count():
        row = int(fraud.is_null().arg_max() or 0)
        raise LabelsError(f"payment {table['id'][row]} has the label {table['label'][row]!r}; accepted: 0, 1")
    return fraud.to_numpy()


def _texts(table: pl.DataFrame, column: str) -> list[str]:
    if column not in table.columns:
        return [""] * table.height
    texts: list[str] = table[column].cast(pl.String).fill_null("").to_list()
    return texts
