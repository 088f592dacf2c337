"""A labelled history is the same for the same seed, and its labels say what was injected."""

from pathlib import Path

import polars as pl
import pytest

from generator.errors import FileError, OptionError
from generator.history import History
from generator.history_file import write_history
from generator.patterns.story import story_named
from generator.payment_file import PaymentFile
from generator.survey import survey

BEGIN_MS = 1_767_225_600_000
COLUMNS = ["id", "source", "target", "amount", "currency", "occurred_at", "label", "scenario", "ring"]


def history(**given: object) -> History:
    """A short history."""
    return History(**{"seed": 3, "begin_ms": BEGIN_MS, "days": 12.0, "accounts": 500, **given})  # type: ignore[arg-type]


def written(path: Path, **given: object) -> pl.DataFrame:
    """A short history written and read again."""
    write_history(history(**given), path)
    return pl.read_csv(path, schema_overrides={"scenario": pl.String, "ring": pl.String})


def test_history_with_the_same_seed_is_the_same_file(tmp_path: Path) -> None:
    """Byte for byte, packed and plain; another seed gives another one."""
    for name in ("a.csv", "b.csv", "a.csv.gz", "b.csv.gz"):
        write_history(history(), tmp_path / name)
    write_history(history(seed=4), tmp_path / "c.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()
    assert (tmp_path / "a.csv").read_bytes() != (tmp_path / "c.csv").read_bytes()


def test_history_has_the_columns_of_a_labelled_file_and_can_be_replayed(tmp_path: Path) -> None:
    """Nine columns; every row is a payment to the replay; it spans the days asked for."""
    frame = written(tmp_path / "h.csv")
    assert frame.columns == COLUMNS
    found = survey(PaymentFile(tmp_path / "h.csv"))
    assert (found.payments, found.bad_total) == (7200, 0)
    assert BEGIN_MS <= found.oldest_ms < found.newest_ms < BEGIN_MS + 12 * 86_400_000
    assert frame["id"].n_unique() == 7200


def test_history_labels_exactly_the_payments_of_rings(tmp_path: Path) -> None:
    """Label 1 goes with scenario and ring, label 0 with none; the figures told are those of the file."""
    told = write_history(history(), tmp_path / "h.csv")
    frame = pl.read_csv(tmp_path / "h.csv", schema_overrides={"scenario": pl.String, "ring": pl.String})
    assert frame.filter(pl.col("label") == 1).height == told.labelled > 0
    assert (frame["label"] == 1).equals(frame["ring"].is_not_null())
    assert sum(told.rings.values()) == frame["ring"].drop_nulls().n_unique()


def test_history_with_a_story_holds_its_rings_whole(tmp_path: Path) -> None:
    """Five rings of 50 payments of 1000.00 within a day each."""
    frame = written(tmp_path / "h.csv", story=story_named("exact"), story_rings=5).filter(pl.col("label") == 1)
    times = pl.col("occurred_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ")
    rings = frame.group_by("ring").agg(pl.len(), pl.col("source").n_unique(), (times.max() - times.min()).alias("span"))
    assert rings["len"].to_list() == rings["source"].to_list() == [50] * 5
    assert rings["span"].max().total_seconds() <= 86_400
    assert frame["amount"].unique().to_list() == [1000.0]


def test_history_with_a_near_miss_is_labelled_normal(tmp_path: Path) -> None:
    """One sender fifty times is no ring: label 0, and still to be found by its scenario."""
    frame = written(tmp_path / "h.csv", story=story_named("one_sender"), story_rings=2)
    assert frame["label"].sum() == 0
    assert frame["scenario"].drop_nulls().to_list() == ["story_one_sender"] * 100


def test_history_with_slow_rings_has_longer_ones(tmp_path: Path) -> None:
    """Rings of ten times the length last longer, on the whole."""
    spans = []
    for stretch in (1.0, 10.0):
        frame = written(tmp_path / "h.csv", ring_stretch=stretch, fraud_share=0.05, days=40.0).filter(
            pl.col("label") == 1
        )
        times = pl.col("occurred_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ")
        spans.append(frame.group_by("ring").agg((times.max() - times.min()).alias("span"))["span"].median())
    assert spans[1] > 3 * spans[0]


def test_history_without_room_is_refused(tmp_path: Path) -> None:
    """A story needs days enough, a file a folder that is there."""
    with pytest.raises(OptionError, match="days or more"):
        write_history(history(story=story_named("exact"), days=1.0), tmp_path / "h.csv")
    with pytest.raises(FileError, match="cannot be written: No such file"):
        write_history(history(), tmp_path / "nowhere" / "h.csv")
