"""Reading labels."""

from pathlib import Path

import polars as pl
import pytest

from detector.errors import ScoreError
from detector.evaluation.errors import LabelsError
from detector.evaluation.labelled import labelled, read_labelled
from detector.evaluation.split import Split
from tests.detector.evaluation.worlds import fan_in, table

TABLE = table(*fan_in("T", 3, 1.0, "ring1"), *fan_in("H", 2, 0.0))


def _csv(folder: Path, frame: pl.DataFrame, name: str = "payments.csv") -> Path:
    file = folder / name
    frame.with_columns(pl.col("occurred_at").dt.to_string("iso:strict")).write_csv(file) if (
        "occurred_at" in frame.columns
    ) else frame.write_csv(file)
    return file


def test_truth_follows_its_payment_into_time_order() -> None:
    """The honest payments come first in time, whatever their row in the table."""
    read = labelled(TABLE)
    assert read.payments["id"].to_list() == ["p3", "p4", "p0", "p1", "p2"]
    assert read.fraud.tolist() == [False, False, True, True, True]
    assert read.rings == ["", "", "ring1", "ring1", "ring1"]


def test_labels_of_a_second_file_are_joined_by_id(tmp_path: Path) -> None:
    """Whatever the order of its rows, and instead of labels in the first file."""
    payments = _csv(tmp_path, TABLE.with_columns(label=pl.lit("0")))
    truth = _csv(tmp_path, TABLE.select("id", "label", "ring").reverse(), "truth.csv")
    assert read_labelled(payments, truth).fraud.tolist() == [False, False, True, True, True]
    assert read_labelled(payments).fraud.tolist() == [False] * 5


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda frame: frame.drop("label"), "--truth"),
        (lambda frame: frame.with_columns(label=pl.lit("maybe")), "accepted: 0, 1"),
    ],
)
def test_a_file_without_labels_is_refused_with_the_remedy(tmp_path: Path, change: object, told: str) -> None:
    """One line that says what to do."""
    with pytest.raises(LabelsError, match=told):
        read_labelled(_csv(tmp_path, change(TABLE)))  # type: ignore[operator]


@pytest.mark.parametrize("column", ["id", "source", "target", "amount", "currency", "occurred_at"])
def test_a_row_without_a_value_is_refused_with_file_and_row(tmp_path: Path, column: str) -> None:
    """The row is that of the file, whatever the order of times."""
    file = _csv(tmp_path, TABLE.with_columns(pl.when(pl.col("id") != "p3").then(column).alias(column)))
    with pytest.raises(ScoreError, match=rf"payments\.csv: row 4 has no {column}$"):
        read_labelled(file)


def test_a_payment_without_label_is_named(tmp_path: Path) -> None:
    """A truth file that lacks payments is no truth."""
    payments = _csv(tmp_path, TABLE)
    truth = _csv(tmp_path, TABLE.select("id", "label").head(4), "truth.csv")
    with pytest.raises(LabelsError, match="p4"):
        read_labelled(payments, truth)


def test_a_truth_that_labels_a_payment_twice_is_refused(tmp_path: Path) -> None:
    """Which label would count?"""
    truth = TABLE.select("id", "label")
    file = _csv(tmp_path, pl.concat([truth, truth.head(1)]), "truth.csv")
    with pytest.raises(LabelsError, match="p0 twice"):
        read_labelled(_csv(tmp_path, TABLE), file)


@pytest.mark.parametrize(("warm_up", "tuned"), [(0.6, 0.6), (-0.1, 0.5), (0.1, 1.0), (0.1, 0.0)])
def test_a_split_without_parts_is_refused(warm_up: float, tuned: float) -> None:
    """Both parts must have room."""
    with pytest.raises(LabelsError, match="accepted"):
        Split(warm_up, tuned)
