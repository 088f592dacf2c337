"""A CSV of payments: every row is a payment, or is told with its line and why."""

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import BadRowsError, FileError
from generator.payment_file import CHUNK, PaymentFile, _frame
from generator.payment_row import COLUMNS, problem
from generator.samples import sample_path
from generator.survey import survey

HEADER = ",".join(COLUMNS)
GOOD = "a,S,T,12.50,EUR,2026-01-31T12:00:00Z"


def file_of(folder: Path, *lines: str, name: str = "payments.csv", header: str = HEADER) -> PaymentFile:
    """A file of these lines."""
    path = folder / name
    path.write_bytes("\n".join([header, *lines, ""]).encode("utf-8", "surrogateescape"))
    return PaymentFile(path)


def bad_rows(file: PaymentFile) -> list[tuple[int, str]]:
    """Line and reason of every bad row."""
    return [(error.line, error.reason) for chunk in file.chunks() for error in chunk.bad]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",S,T,1,EUR,2026-01-31T12:00:00Z", "id is empty"),
        (f"{'x' * 65},S,T,1,EUR,2026-01-31T12:00:00Z", "id has 65 characters"),
        ("a,,T,1,EUR,2026-01-31T12:00:00Z", "source is empty"),
        ("a,S,,1,EUR,2026-01-31T12:00:00Z", "target is empty"),
        ("a,S,T,,EUR,2026-01-31T12:00:00Z", "amount ''"),
        ("a,S,T,-1,EUR,2026-01-31T12:00:00Z", "amount '-1'"),
        ("a,S,T,1e3,EUR,2026-01-31T12:00:00Z", "amount '1e3'"),
        ("a,S,T,NaN,EUR,2026-01-31T12:00:00Z", "amount 'NaN'"),
        ("a,S,T,1.123456,EUR,2026-01-31T12:00:00Z", "amount '1.123456'"),
        ("a,S,T,12345678901234,EUR,2026-01-31T12:00:00Z", "amount '12345678901234'"),
        ("a,S,T,1,eur,2026-01-31T12:00:00Z", "currency 'eur'"),
        ("a,S,T,1,EUR,2026-01-31T12:00:00", "occurred_at '2026-01-31T12:00:00'"),
        ("a,S,T,1,EUR,2026-02-30T12:00:00Z", "occurred_at '2026-02-30T12:00:00Z'"),
        ("a,S,T,1,EUR,1969-12-31T23:59:59Z", "lies before 1970"),
        ("a,S,T,1,00,EUR,2026-01-31T12:00:00Z", "7 fields where the first line names 6"),
        ("a,S,T", "3 fields where the first line names 6"),
        ("a,S\udcff,T,1,EUR,2026-01-31T12:00:00Z", "source is not UTF-8"),
        ('a,"S"x,T,1,EUR,2026-01-31T12:00:00Z', "no CSV"),
    ],
)
def test_chunks_of_a_file_with_a_bad_row_name_line_and_reason(tmp_path: Path, row: str, reason: str) -> None:
    """The bad row is told with its line; the rows around it are payments."""
    file = file_of(tmp_path, GOOD, row, GOOD)
    ((line, told),) = bad_rows(file)
    assert line == 3
    assert reason in told
    assert [len(chunk.payments) for chunk in file.chunks()] == [2]


def test_chunks_with_line_breaks_in_fields_and_blank_lines_count_lines_exactly(tmp_path: Path) -> None:
    """A quoted line break and a blank line move the rows below them, and the numbers with them."""
    lines = ['"x","S","T","1","EUR","2026-01-31T12:00:00Z","two\nlines"', "", "bad", GOOD + ",", "worse"]
    file = file_of(tmp_path, *lines, header=HEADER + ",remark")
    assert [line for line, _ in bad_rows(file)] == [5, 7]
    assert [chunk.lines for chunk in file.chunks()] == [(2, 6)]


def test_chunks_of_a_long_file_keep_order_and_lines(tmp_path: Path) -> None:
    """Across chunks nothing is lost, doubled or renumbered."""
    rows = [f"id{number},S,T,{number}.5,EUR,2026-01-31T12:00:00.250+01:00" for number in range(CHUNK + 10)]
    rows[CHUNK + 3] = "broken"
    chunks = list(file_of(tmp_path, *rows).chunks())
    ids = [one for chunk in chunks for one in chunk.payments.ids]
    assert ids == [f"id{number}" for number in range(CHUNK + 10) if number != CHUNK + 3]
    assert [error.line for chunk in chunks for error in chunk.bad] == [CHUNK + 5]
    assert chunks[0].payments.amounts[7] == 750_000
    assert chunks[0].payments.occurred_at[0] == 1_769_857_200_250


def test_chunks_ignore_extra_columns_and_the_order_of_columns(tmp_path: Path) -> None:
    """Columns are found by name; a byte order mark before them does not matter."""
    file = file_of(
        tmp_path,
        "1,2026-01-31T12:00:00Z,EUR,0.00001,T,S,a",
        header="\ufefflabel,occurred_at,currency,amount,target,source,id",
    )
    (chunk,) = file.chunks()
    assert chunk.payments.frame().row(0)[:3] == ("a", "S", "T")
    assert chunk.payments.amounts.tolist() == [1]


def test_chunks_of_a_gzip_file_are_those_of_the_plain_one(tmp_path: Path) -> None:
    """Gzip is told by the first bytes, whatever the name."""
    plain = file_of(tmp_path, GOOD, "bad", GOOD)
    packed = tmp_path / "packed.csv"
    packed.write_bytes(gzip.compress(plain.path.read_bytes()))
    assert bad_rows(PaymentFile(packed)) == bad_rows(plain)
    assert [chunk.payments.ids for chunk in PaymentFile(packed).chunks()] == [["a", "a"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(f"{HEADER}\n{GOOD}\n".encode() * 99, mtime=0)[:40], "is cut off"),
        (b"", "lacks columns id, source"),
        (b"id;source;target\n", "lacks columns"),
        (f"{HEADER},id\n".encode(), "has column id more than once"),
        (f"{HEADER}\n".encode(), "holds no payment"),
    ],
)
def test_file_that_is_no_csv_of_payments_is_one_clear_error(tmp_path: Path, content: bytes, message: str) -> None:
    """Cut off, without its columns, or empty: the message names the file and what is wrong."""
    path = tmp_path / "payments.csv"
    path.write_bytes(content)
    with pytest.raises(FileError, match=message):
        survey(PaymentFile(path))


def test_file_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    """A missing file and a folder: the message names the path."""
    with pytest.raises(FileError, match=r"none\.csv cannot be read: No such file"):
        survey(PaymentFile(tmp_path / "none.csv"))
    with pytest.raises(FileError, match="Is a directory"):
        survey(PaymentFile(tmp_path))


FIELDS = {
    "id": st.one_of(st.just("x" * 64), st.text(max_size=66)),
    "source": st.text(max_size=3),
    "target": st.text(max_size=3),
    "amount": st.one_of(
        st.decimals(0, 10**14, places=5).map(str), st.from_regex(r"-?[0-9]{0,14}\.?[0-9]{0,6}\n?"), st.text(max_size=4)
    ),
    "currency": st.one_of(st.from_regex(r"[A-Z]{3}\n?\Z"), st.text(max_size=4)),
    "occurred_at": st.one_of(
        st.datetimes().map(lambda at: at.isoformat(timespec="seconds") + "Z"),
        st.datetimes().map(lambda at: at.isoformat() + "+05:30"),
        st.from_regex(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z?\n?"),
    ),
}


@given(st.lists(st.fixed_dictionaries(FIELDS), min_size=1, max_size=20))
def test_columns_and_rows_agree_on_what_a_payment_is(rows: list[dict[str, str]]) -> None:
    """The check in columns passes exactly the rows that the check of one row passes."""
    frame = _frame([(number, [row[name] for name in COLUMNS]) for number, row in enumerate(rows)])
    assert frame is not None
    assert frame["fits"].to_list() == [problem(row) is None for row in rows]


@given(st.lists(st.fixed_dictionaries(FIELDS), max_size=12))
def test_survey_of_any_rows_counts_each_once(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    """Payments and bad rows together are the rows of the file, whatever is in them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows([[row[name] for name in COLUMNS] for row in rows])
    path = tmp_path_factory.mktemp("rows") / "any.csv"
    path.write_text(text.getvalue() + GOOD + "\n", encoding="utf-8", newline="")
    found = survey(PaymentFile(path))
    assert found.payments + found.bad_total == len(rows) + 1


def test_payments_of_a_file_with_a_bad_row_end_just_before_it(tmp_path: Path) -> None:
    """What stands before the bad row is given out, what follows is not; with skipping only the row is left out."""
    file = file_of(tmp_path, GOOD, GOOD, "bad", GOOD)
    given_out = file.payments()
    assert next(given_out).ids == ["a", "a"]
    with pytest.raises(BadRowsError, match="line 4"):
        next(given_out)
    assert [len(block) for block in file.payments(skip_bad=True)] == [3]


def test_survey_tells_the_first_bad_rows_and_counts_all(tmp_path: Path) -> None:
    """Twenty are told, thirty counted."""
    found = survey(file_of(tmp_path, *["bad"] * 30))
    assert (len(found.bad), found.bad_total, found.payments) == (20, 30, 0)
    with pytest.raises(BadRowsError, match="30 rows are no payment; nothing was sent"):
        found.refuse_bad("payments.csv")


@pytest.mark.parametrize(("factor", "first_ms"), [(None, 0), (1.0, 10_000), (4.0, 2_500), (0.5, 10_000)])
def test_rebase_lets_no_payment_occur_after_it_is_sent(tmp_path: Path, factor: float | None, first_ms: int) -> None:
    """A file of ten seconds that is sent from now on ends when its last payment occurs."""
    file = file_of(tmp_path, GOOD, "b,S,T,1,EUR,2026-01-31T12:00:10Z")
    found = survey(file)
    shifted = found.shifted(found.rebased_by(10_000, factor))
    assert shifted.oldest_ms == first_ms
    (block,) = file.payments(shift_ms=found.rebased_by(10_000, factor))
    assert block.occurred_at.tolist() == [first_ms, first_ms + 10_000]


def test_sample_is_whole_and_ordered_by_time() -> None:
    """Every row of the carried sample is a payment, and the payments stand in order of time."""
    with sample_path() as path:
        found = survey(PaymentFile(path))
        times = [at for chunk in PaymentFile(path).chunks() for at in chunk.payments.occurred_at.tolist()]
    assert (found.payments, found.bad_total) == (56_490, 0)
    assert times == sorted(times)
