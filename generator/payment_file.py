"""A CSV of payments, read in chunks of columns, each bad row with the line it begins on."""

import csv
import gzip
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np
import polars as pl

from generator.errors import BadRowsError, FileError, RowError
from generator.payment_row import AMOUNT, COLUMNS, CURRENCY, LONGEST_ID, milliseconds, problem
from generator.transactions import Transactions

CHUNK = 4096
"""Rows read at once."""

if TYPE_CHECKING:
    from _csv import Reader

_USUAL_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9](\.[0-9]{3})?Z\z"
_GZIP = b"\x1f\x8b"
_Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive rows of a file: the payments, the line each began on, and the rows that are none."""

    payments: Transactions
    lines: tuple[int, ...]
    bad: tuple[RowError, ...]


class PaymentFile:
    """A CSV of payments, plain or gzip (told by its first bytes, not by its name).

    The first line names the columns; those of `generator.payment_row.COLUMNS` must be there, others are ignored. Lines
    are counted as they stand in the file, so that a quoted field with a line break does not shift the numbers.

    Args:
        path: The file.

    Delivery: only reads; every pass over an unchanged file gives the same chunks.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def chunks(self) -> Iterator[Chunk]:
        """The file's rows, `CHUNK` at a time.

        Raises:
            FileError: the file cannot be read, is cut off, or lacks a column.
        """
        with self._errors_named(), self._open() as text:
            reader = csv.reader(text, strict=True)
            header = next(reader, None)
            places = self._places(header or [])
            yield from _chunks(reader, places, len(header or []))

    def payments(self, *, shift_ms: int = 0, skip_bad: bool = False) -> Iterator[Transactions]:
        """The payments in the order of the file, event times shifted.

        Raises:
            BadRowsError: a row is no payment and `skip_bad` is false; the payments before it have been given out.
            FileError: as `chunks`.
        """
        for chunk in self.chunks():
            payments = replace(chunk.payments, occurred_at=chunk.payments.occurred_at + shift_ms)
            if chunk.bad and not skip_bad:
                first = chunk.bad[0]
                yield payments.head(bisect_left(chunk.lines, first.line))
                message = f"{self.path} changed while it was sent: {first}. All payments before that line were sent."
                raise BadRowsError(message, rows=[first], total=1)
            yield payments

    def _places(self, header: Sequence[str]) -> list[int]:
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            first = ",".join(header)[:80].encode(errors="replace").decode()
            raise self._error(
                f"lacks {_columns(missing)}; its first line is {first!r}. "
                f"Name the columns {','.join(COLUMNS)} there, separated by commas."
            )
        doubled = [name for name in COLUMNS if header.count(name) > 1]
        if doubled:
            raise self._error(f"has {_columns(doubled)} more than once. Keep one.")
        return [header.index(name) for name in COLUMNS]

    @contextmanager
    def _open(self) -> Iterator[TextIO]:
        with self.path.open("rb") as raw, ExitStack() as stack:
            packed = raw.peek(2)[:2] == _GZIP
            plain = stack.enter_context(gzip.open(raw)) if packed else raw
            yield TextIOWrapper(plain, encoding="utf-8-sig", errors="surrogateescape", newline="")

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise self._error(f"is cut off or damaged: {error}. Copy it again.") from error
        except OSError as error:
            raise self._error(f"cannot be read: {error.strerror}.") from error

    def _error(self, message: str) -> FileError:
        return FileError(f"{self.path} {message}", path=str(self.path))


def _columns(names: Sequence[str]) -> str:
    return f"column{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _chunks(reader: "Reader", places: list[int], width: int) -> Iterator[Chunk]:
    rows: list[_Row] = []
    bad: list[RowError] = []
    for line, row in _rows(reader):
        if isinstance(row, str):
            bad.append(RowError(line, row))
        elif len(row) == width:
            rows.append((line, [row[place] for place in places]))
        elif row:  # a blank line is no row
            bad.append(RowError(line, f"{len(row)} fields where the first line names {width}"))
        if len(rows) + len(bad) >= CHUNK:
            yield _chunk(rows, bad)
            rows, bad = [], []
    if rows or bad:
        yield _chunk(rows, bad)


def _rows(reader: "Reader") -> Iterator[tuple[int, list[str] | str]]:
    """Each row with the line it begins on; what is wrong in place of a row that is no CSV."""
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, f"no CSV: {error}"


def _chunk(rows: list[_Row], bad: list[RowError]) -> Chunk:
    frame = _frame(rows)
    if frame is None:
        good = [(line, row) for line, row in rows if _problem(row) is None]
        frame = _frame(good)
    else:
        good = [row for row, fits in zip(rows, frame["fits"].to_list(), strict=True) if fits]
        frame = frame.filter("fits")
    if len(good) < len(rows):
        kept = {line for line, _ in good}
        bad = bad + [RowError(line, _problem(row) or "no payment") for line, row in rows if line not in kept]
    return Chunk(
        payments=_transactions(frame if frame is not None else _empty()),
        lines=tuple(line for line, _ in good),
        bad=tuple(sorted(bad, key=lambda error: error.line)),
    )


def _problem(row: Sequence[str]) -> str | None:
    return problem(dict(zip(COLUMNS, row, strict=True)))


def _frame(rows: Sequence[_Row]) -> pl.DataFrame | None:
    """The rows in columns with `fits`, true for payments; None where a field is not UTF-8.

    Says of every row what `generator.payment_row.problem` says, thirty times as fast.
    """
    columns = list(zip(*(row for _, row in rows), strict=True)) or [()] * len(COLUMNS)
    try:
        text = pl.DataFrame(
            [pl.Series(name, values, dtype=pl.String) for name, values in zip(COLUMNS, columns, strict=True)]
        )
    except UnicodeEncodeError:
        return None
    at = _event_times(text["occurred_at"])
    return text.with_columns(at.alias("at")).with_columns(
        fits=pl.col("id").str.len_chars().is_between(1, LONGEST_ID)
        & (pl.col("source") != "")
        & (pl.col("target") != "")
        & pl.col("amount").str.contains(AMOUNT.replace("$", r"\z"))
        & pl.col("currency").str.contains(CURRENCY.replace("$", r"\z"))
        & (pl.col("at").fill_null(-1) >= 0)
    )


def _event_times(text: pl.Series) -> pl.Series:
    """Milliseconds since 1970; null where the text is no time. The usual spelling is read at once."""
    usual = text.set(~text.str.contains(_USUAL_TIME), None)
    usual = usual.str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="ms", strict=False).to_physical()
    if not usual.null_count():
        return usual
    pairs = zip(usual.to_list(), text.to_list(), strict=True)
    return pl.Series([milliseconds(spelt) if at is None else at for at, spelt in pairs], dtype=pl.Int64)


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema={**dict.fromkeys(COLUMNS, pl.String), "at": pl.Int64})


def _transactions(frame: pl.DataFrame) -> Transactions:
    amounts = frame["amount"].cast(pl.Decimal(38, 5)).to_physical().cast(pl.Int64).to_numpy()
    return Transactions(
        ids=frame["id"].to_list(),
        sources=frame["source"].to_list(),
        targets=frame["target"].to_list(),
        amounts=amounts.astype(np.int64),
        currencies=frame["currency"].to_list(),
        occurred_at=frame["at"].to_numpy().astype(np.int64),
    )
