"""What stands in a schema never breaks a report, a terminal or a build server's log."""

import json
import re
import unicodedata
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.checking.change import CheckedChange, check_files
from schemas.checking.schema_file import SchemaFile
from schemas.printable import printable
from schemas.reports.formats import Format, report
from tests.schemas.sarif_structure import SARIF
from tests.schemas.schema_pairs import ID, payment, run, write_pair

__all__ = ["run"]

HOSTILE = "\ud800 \x1b[31mred\x9b0m\n::error file=x::boo\r\n##\u2028::warning::\u202eeno\x00\ufffe"
OLD = payment(ID, {"name": "note", "type": "string", "default": "", "doc": "Free text."})
NEW = payment(ID, {"name": "note", "type": "string", "default": HOSTILE, "doc": HOSTILE, HOSTILE: HOSTILE})
UNDEFINED = payment(ID, {"name": "note", "type": HOSTILE})


def _parsed(text: str, form: Format) -> None:
    if form is Format.JUNIT:
        ET.fromstring(text)
    elif form is Format.SARIF:
        jsonschema.validate(json.loads(text), SARIF)
    elif form is Format.JSON:
        json.loads(text)


def _changes() -> list[CheckedChange]:
    texts = [(OLD, NEW), (NEW, OLD), (OLD, UNDEFINED), (OLD, payment({"name": HOSTILE, "type": "int"}))]
    return [check_files(SchemaFile("old.avsc", old), SchemaFile("new.avsc", new), "FULL") for old, new in texts]


@pytest.mark.parametrize("form", list(Format))
def test_report_of_hostile_text_is_plain_and_whole(form: Format) -> None:
    """In every format no line is one of the schema's own, nothing repaints a terminal, and the format holds."""
    text = report(_changes(), form)
    text.encode("utf-8")
    assert [c for c in text if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} and c != "\n"] == []
    assert "\u202e" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines()) or form is Format.GITHUB
    _parsed(text, form)


def test_github_command_is_never_one_of_the_schema() -> None:
    """Every line is a command about the file that was checked."""
    lines = report(_changes(), Format.GITHUB).splitlines()
    assert lines
    assert all(re.match(r"::(error|warning|notice) file=(old|new)\.avsc,", line) for line in lines)


@pytest.mark.parametrize("form", list(Format))
def test_diff_of_hostile_text_is_no_traceback(run, tmp_path, monkeypatch, form: Format) -> None:
    """Half a surrogate pair is legal JSON: the report is printed."""
    monkeypatch.chdir(tmp_path)
    write_pair(tmp_path, OLD, NEW)
    code, out, err = run("diff", "old.avsc", "new.avsc", "--format", form.value)
    assert (code, err) == (0, "")
    assert out


def test_diff_of_a_hostile_name_is_one_line(run, tmp_path, monkeypatch) -> None:
    """An error that quotes a schema is still one line."""
    monkeypatch.chdir(tmp_path)
    write_pair(tmp_path, OLD, UNDEFINED)
    code, out, err = run("diff", "old.avsc", "new.avsc")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "\x1b" not in err


def test_lines_of_a_schema_are_those_of_the_objection(run, tmp_path) -> None:
    """A line separator inside a string ends no line, so that the lines shown are those that the numbers name."""
    field = {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal"}}
    text = json.dumps(json.loads(payment(ID | {"doc": "a\u2028b\x85c"}, field)), indent=1, ensure_ascii=False)
    (tmp_path / "new.avsc").write_text(text, "utf-8")
    _, out, _ = run("lint", tmp_path / "new.avsc")
    number = next(n for n, line in enumerate(text.split("\n"), 1) if "decimal" in line)
    assert re.search(rf'^ +{number} \| +"logicalType": "decimal"$', out, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë €\U0001f600 ~", "Zoë €\U0001f600 ~"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x1b[0m\x7f\x80\x9f\xa0", "\\u001b[0m\\u007f\\u0080\\u009f\xa0"),
        ("\ud7ff\ud800\udfff\ue000", "\ud7ff\\ud800\\udfff\ue000"),
        ("\u2027\u2028\u202e\u202f\u2065\u2066\u2069\u206a", "\u2027\\u2028\\u202e\u202f\u2065\\u2066\\u2069\u206a"),
    ],
)
def test_printable_escapes_only_what_cannot_be_printed(text: str, shown: str) -> None:
    """Letters of every language stay; each bound is as told."""
    assert printable(text) == shown


@given(st.text(st.characters(categories=("Cc", "Cs", "Cf", "Co", "Lu", "Zl", "Zp", "Zs"))))
def test_printable_is_one_line_that_can_be_encoded(text: str) -> None:
    """Whatever the text, it fits on one line and into UTF-8, and stays as it is a second time."""
    shown = printable(text)
    assert len(f"{shown}.".splitlines()) == 1
    assert shown.encode("utf-8")[:0] == b""
    assert printable(shown) == shown
