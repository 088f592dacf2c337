"""A CSV of payments as a table of texts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from detector.errors import ScoreError

STDIN = Path("-")
"""Names the standard input."""


def read_texts(file: Path) -> pl.DataFrame:
    """The rows of a CSV, plain or gzip, all columns as text, so that no leading zero and no digit is lost.

    Columns that nobody asked for are read as well: without them a row with too many fields would not be seen.
    A blank line is no row.

    Raises:
        ScoreError: the file cannot be read.
    """
    try:
        table = pl.read_csv(sys.stdin.buffer.read() if file == STDIN else file, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise ScoreError(f"{file} cannot be read: {_first_line(error)}") from error
    return table.filter(~pl.all_horizontal(pl.all().is_null()))


@contextmanager
def errors_name(file: Path) -> Iterator[None]:
    """Errors of the table of a file, with the name of the file.

    Raises:
        ScoreError: the table holds no payments.
    """
    try:
        yield
    except ScoreError as error:
        raise ScoreError(f"{file}: {error}") from error
    except pl.exceptions.PolarsError as error:
        example = "A row is like p1,alice,bob,12.50,EUR,2026-01-31T12:00:00Z."
        raise ScoreError(f"{file} cannot be read as payments: {_first_line(error)}. {example}") from error


def _first_line(error: Exception) -> str:
    """What is wrong; polars adds a picture of its plan."""
    return (str(error).splitlines() or [type(error).__name__])[0]
