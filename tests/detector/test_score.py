"""`score`: one JSON line per payment."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from detector.cli import application
from detector.errors import ScoreError
from detector.finding import Finding
from detector.rules.loading import SHIPPED, load_rule_set
from detector.rules.rule_set import RuleSet
from detector.score import payments_in, score, score_file
from detector.stages.judging import Judging
from detector.verdict_lines import verdict_lines
from tests.detector.stages.histories import Payment, batch_of, histories

RULES = load_rule_set(SHIPPED)
ROW = "{id},{source},{target},1000.00,EUR,2026-01-0{day}T00:{minute:02d}:00Z\n"


def _csv(folder: Path, ids: str = "p{i}") -> Path:
    file = folder / "payments.csv"
    rows = [ROW.format(id=ids.format(i=i), source=f"S{i}", target="T", day=1, minute=i) for i in range(24)]
    file.write_text("id,source,target,amount,currency,occurred_at\n" + "".join(rows))
    return file


def test_score_writes_one_line_per_payment_in_time_order(tmp_path: Path) -> None:
    """A ring is found, its first payments were legit and are evidence later."""
    output = tmp_path / "verdicts.jsonl"
    summary = score_file(_csv(tmp_path), RULES, output)
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    assert [line["id"] for line in lines] == [f"p{i}" for i in range(24)]
    assert lines[0]["verdict"] == "legit"
    assert lines[23]["verdict"] == "fraud"
    finding = next(f for f in lines[23]["findings"] if f["rule"] == "new-payers-in-a-day")
    assert finding["evidence"][-1] == "p23"
    assert {"p10", "p15"} <= set(finding["evidence"])
    assert finding["episode"].startswith("new-payers-in-a-day:")
    assert "24 payments" in summary


def test_an_episode_lasts_until_its_window_clears(tmp_path: Path) -> None:
    """Hits of one burst share an episode; a burst after a quiet window opens another."""
    day = 86_400_000
    payments = [
        Payment(f"p{b}-{i}", f"S{b}-{i}", "T", 10**8, "EUR", b * 3 * day + i) for b in range(2) for i in range(9)
    ]
    judged = Judging(RULES).process(batch_of(payments))
    episodes = [
        {f.episode for row in rows for f in judged.findings(row) if f.rule == "new-payers-in-a-day"}
        for rows in (range(9), range(9, 18))
    ]
    assert [len(found) for found in episodes] == [1, 1]
    assert episodes[0] != episodes[1]


@pytest.mark.parametrize("ids", ["p{i}", 'p"{i}', "p\\\\{i}", "pä{i}"], ids=["plain", "quote", "backslash", "umlaut"])
def test_lines_are_json_whatever_the_ids_hold(tmp_path: Path, ids: str) -> None:
    """The fast way of writing lines gives what an encoder gives."""
    payments = payments_in(pl.read_csv(_csv(tmp_path)).with_columns(id=pl.Series([ids.format(i=i) for i in range(24)])))
    (judged,) = score(payments, RULES)
    lines = [json.loads(line) for line in verdict_lines(judged)]
    assert [line["id"] for line in lines] == payments["id"].to_list()
    assert [line["score"] for line in lines] == judged.scores.tolist()
    for row, line in enumerate(lines):
        assert [f["rule"] for f in line["findings"]] == [f.rule for f in judged.findings(row)]
        assert [f["evidence"] for f in line["findings"]] == [list(f.evidence) for f in judged.findings(row)]


LARGE = """\
rule: large
version: 3
title: Large amount
why: as the tutorial
python: amount-threshold
parameters: {default: "%s"}
"""


@pytest.mark.parametrize("limit", [None, "100.00", "250.00"], ids=["no rule in Python", "all large", "some large"])
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payments=histories(), mark=st.sampled_from(["", '"', "\\", "ä", "\n"]))
def test_lines_say_what_an_encoder_says_of_the_findings(
    tmp_path: Path, limit: str | None, payments: list[Payment], mark: str
) -> None:
    """Lines put together from parts are byte for byte those of an encoder, with rules in Python and without."""
    rules = _with_large(tmp_path, limit) if limit else RULES
    marked = [p._replace(id=p.id + mark, source=mark + p.source, target=p.target + mark) for p in payments]
    judged = Judging(rules).process(batch_of(marked))
    for row, line in enumerate(verdict_lines(judged)):
        fraud = bool(judged.scores[row] >= rules.settings.review)
        content = {
            "id": marked[row].id,
            "verdict": "fraud" if fraud else "legit",
            "score": int(judged.scores[row]),
            "findings": [_content(finding, fraud) for finding in judged.findings(row)],
        }
        assert line == json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _with_large(folder: Path, limit: str) -> RuleSet:
    for file in SHIPPED.glob("*.yaml"):
        (folder / file.name).write_text(file.read_text())
    (folder / "large.yaml").write_text(LARGE % limit)
    return load_rule_set(folder)


def _content(finding: Finding, fraud: bool) -> dict[str, object]:
    content: dict[str, object] = {
        "rule": finding.rule,
        "score": finding.score,
        "episode": finding.episode,
        "evidence": finding.evidence,
        "evidence_total": finding.evidence_total,
    }
    words = {"level": finding.level.value, "reason": finding.reason, "measured": finding.measured}
    return content | words if fraud else content


def test_a_table_that_lacks_columns_is_refused(tmp_path: Path) -> None:
    """The message names the file and what is needed."""
    file = tmp_path / "payments.csv"
    file.write_text("id,amount\n1,2.00\n")
    with pytest.raises(ScoreError, match="needed are the columns id, source, target, amount, currency, occurred_at"):
        score_file(file, RULES)


HEADER = "id,source,target,amount,currency,occurred_at"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",a,b,1.00,EUR,2026-01-31T12:00:00Z", "row 2 has no id"),
        ('p2,"",b,1.00,EUR,2026-01-31T12:00:00Z', "row 2 has no source"),
        ("p2,a,b", "row 2 has no amount"),
        ("p2,a,b,1.00,,2026-01-31T12:00:00Z", "row 2 has no currency"),
        ("p2,a,b,899.999999,EUR,2026-01-31T12:00:00Z", "row 2 has the amount '899.999999'"),
        ("p2,a,b,1.00,EUR,noon", "row 2 has the occurred_at 'noon'"),
        ("p2,a,c,b,1.00,EUR,2026-01-31T12:00:00Z", "more fields"),
    ],
)
def test_a_row_that_is_no_payment_is_refused_with_file_and_row(tmp_path: Path, row: str, told: str) -> None:
    """Nothing is judged that was guessed, and no row is left out."""
    file = tmp_path / "payments.csv"
    good = "p1,a,b,1.00,EUR,2026-01-31T12:00:00Z"
    file.write_text(f"{HEADER}\n{good}\n{row}\n{good}\n")
    with pytest.raises(ScoreError, match=f"payments.csv.*{told}"):
        score_file(file, RULES)


def test_columns_that_are_not_needed_may_hold_anything(tmp_path: Path) -> None:
    """Two hundred numbers say nothing about the text behind them."""
    file, output = tmp_path / "payments.csv", tmp_path / "verdicts.jsonl"
    rows = [f"p{i},a,b,1.00,EUR,2026-01-31T12:00:00Z,{i if i < 200 else 'text'}" for i in range(202)]
    file.write_text("\n".join([f"{HEADER},note", *rows, "", ""]))
    assert score_file(file, RULES, output).startswith("202 payments")
    assert len(output.read_text().splitlines()) == 202


def test_the_payments_are_not_written_over(tmp_path: Path) -> None:
    """Whatever name the file is given as output."""
    file, link = _csv(tmp_path), tmp_path / "link"
    before = file.read_bytes()
    link.symlink_to(file)
    for output in (file, link):
        with pytest.raises(ScoreError, match="name another file"):
            score_file(file, RULES, output)
    assert file.read_bytes() == before


def test_payments_are_read_from_stdin(tmp_path: Path) -> None:
    """`-` in place of the file, plain or gzip."""
    plain = _csv(tmp_path).read_bytes()
    outputs = [CliRunner().invoke(application(), ["score", "-"], input=data) for data in (plain, gzip.compress(plain))]
    assert [len(result.stdout.splitlines()) for result in outputs] == [24, 24]


def test_a_full_disk_behind_stdout_ends_with_one_line(tmp_path: Path) -> None:
    """Exit code 2, and no traceback of the interpreter's own end."""
    command = [sys.executable, "-m", "detector", "score", str(_csv(tmp_path))]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    told = "fraud-detector: stdout cannot be written: No space left on device.\n"
    assert (ended.returncode, ended.stderr) == (2, told)
