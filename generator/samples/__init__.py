"""A labelled sample of payments: what goes on the topic, and the truth beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

import polars as pl

TRANSACTIONS = "aml_transactions.csv.gz"
"""56,490 payments: id, source, target, amount, currency, occurred_at; ordered by time."""

TRUTH = "aml_truth.csv.gz"
"""The same payments: id, label (1: laundering), scenario, ring; in the same order."""


@contextmanager
def sample_path(name: str = TRANSACTIONS) -> Iterator[Path]:
    """The path of a file of the sample while the block lasts, also where the package is an archive."""
    with as_file(files("generator.samples") / name) as path:
        yield path


def labelled_sample() -> pl.DataFrame:
    """Payments and truth joined by id, all columns as text, empty where there is no scenario or ring."""
    with sample_path(TRANSACTIONS) as payments, sample_path(TRUTH) as truth:
        read = (pl.read_csv(path, infer_schema=False) for path in (payments, truth))
        return next(read).join(next(read), on="id", how="left", maintain_order="left").fill_null("")
