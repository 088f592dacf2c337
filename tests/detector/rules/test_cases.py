"""Tests in rule files see every finding that says something new."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from detector.cli import application
from detector.rules.loading import load_rule
from detector.rules.testing import run_all, run_tests, told_as_text

FILE = """\
rule: my-rule
version: 1
title: some title
why: because of it
key: target
window: 1h
measure: {count: payments}
bands:
  - {upto: 3}
  - {upto: 5, score: 20, say: "{value} in {window}"}
  - {score: 20, say: "{value} in {window}, still more"}
tests:
  - {name: the case, given: [GIVEN], expect: [EXPECT]}
"""
THREE = '{source: A, target: T, amount: "1.00", repeat: 3, every: 1m}'
LATER = '{source: A, target: T, amount: "1.00", repeat: 3, every: 1m, at: 10d}'
ELSEWHERE = '{source: A, target: U, amount: "1.00", repeat: 3, every: 1m, at: 20d}'
SEVEN = '{source: A, target: T, amount: "1.00", repeat: 7, every: 1m}'

HISTORIES = {
    "one episode": ([THREE], ["{at: 3, score: 20}"]),
    "a new episode": ([THREE, LATER], ["{at: 3, score: 20}", "{at: 6, score: 20}"]),
    "another account": ([THREE, ELSEWHERE], ["{at: 3, score: 20}", "{at: 6, score: 20}"]),
    "another band of equal points": ([SEVEN], ["{at: 3}", "{at: 5}"]),
}


def faults(tmp_path: Path, text: str) -> list[str]:
    """What the test in a file finds wrong."""
    file = tmp_path / "rule.yaml"
    file.write_text(text)
    (outcome,) = run_tests(load_rule(file))
    return list(outcome.faults)


@pytest.mark.parametrize("name", HISTORIES)
def test_a_case_passes_with_every_new_finding_and_fails_without_any_of_them(tmp_path: Path, name: str) -> None:
    """A false finding on a second account, in a second episode or in another band is none of the expected ones."""
    given, expected = HISTORIES[name]
    text = FILE.replace("GIVEN", ", ".join(given))
    assert faults(tmp_path, text.replace("EXPECT", ", ".join(expected))) == []
    for left_out in range(len(expected)):
        fewer = [*expected[:left_out], *expected[left_out + 1 :]]
        (fault,) = faults(tmp_path, text.replace("EXPECT", ", ".join(fewer)))
        assert fault.startswith("not expected: at ")


def test_an_episode_that_goes_on_in_its_band_says_nothing_new(tmp_path: Path) -> None:
    """Of a long burst the case lists where bands begin, not each payment."""
    long = THREE.replace("repeat: 3", "repeat: 60").replace("every: 1m", "every: 19m")
    text = FILE.replace("GIVEN", long).replace("EXPECT", "{at: 3}, {at: 4}")
    assert faults(tmp_path, text) == ["expected at 4; found at 3, level review, score 20, evidence 3"]


def test_each_finding_of_a_rule_without_memory_is_new(tmp_path: Path) -> None:
    """Where there are no episodes, every payment that is found is listed."""
    text = FILE.replace("measure: {count: payments}", "measure: {value: amount}").replace("window: 1h\n", "")
    text = text.replace("key: target\n", "").replace("upto: 3", 'upto: "3.00"').replace("upto: 5", 'upto: "5.00"')
    text = text.replace("GIVEN", '{source: A, target: T, amount: "4.00", repeat: 3}').replace("{window}", "all")
    assert faults(tmp_path, text.replace("EXPECT", "{at: 1}, {at: 2}, {at: 3}")) == []
    assert len(faults(tmp_path, text.replace("EXPECT", "{at: 1}"))) == 2


def test_a_rule_without_tests_fails(tmp_path: Path) -> None:
    """Nothing that ran is no proof; the command tells which rule has no tests and ends with 1."""
    file = tmp_path / "rule.yaml"
    file.write_text(FILE[: FILE.index("tests:")])
    outcomes = run_all(tmp_path)
    assert [(outcome.rule, outcome.case, outcome.passed) for outcome in outcomes] == [("my-rule", "no tests", False)]
    assert told_as_text(outcomes).startswith("FAILED  my-rule: no tests\n        the file has no `tests`")
    ended = CliRunner().invoke(application(), ["rules", "test", str(tmp_path)])
    assert ended.exit_code == 1
