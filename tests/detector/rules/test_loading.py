"""Rule files that cannot be used are refused by file and line."""

from pathlib import Path

import pytest

from detector.rules.errors import RuleFileError, RuleSetError
from detector.rules.loading import EXAMPLES, load_rule, load_rule_set

GOOD = """\
rule: many-payees
version: 1
title: Many payees
why: money is spread
key: source
window: 8h
measure: {distinct: target}
bands:
  - {upto: 5}
  - {score: 10, say: "{value} receivers"}
"""

FAULTS = {
    "unknown field": ("key: source", "keys: source", 5, "keys is no field; accepted: bands, cite, false_positives"),
    "unknown value": ("key: source", "key: sender", 5, "accepted values: 'source', 'target' or 'pair'"),
    "no duration": (
        "window: 8h",
        "window: 8 hours",
        6,
        "'8 hours' is no duration; accepted: a whole number and a unit",
    ),
    "two measures": ("{distinct: target}", "{distinct: target, sum: amount}", 7, "exactly one of value, count, sum"),
    "unknown measure": ("{distinct: target}", "{distinkt: target}", 7, "accepted: common, count, deviation, distinct"),
    "own side": ("{distinct: target}", "{distinct: source}", 5, "accepted: the other side"),
    "bands fall": ("- {upto: 5}", "- {upto: 5}\n  - {upto: 4}", 8, "must rise"),
    "unknown word": (
        "{value} receivers",
        "{sum} receivers",
        10,
        "accepted, with nothing else in the braces: {value}, {count}",
    ),
    "float money": ("window: 8h", "where: {amount: {from: 9.5}}\nwindow: 8h", 6, "accepted: text in quotes"),
    "no yaml": ("key: source", "key: [", 7, "no YAML"),
    "missing": ("title: Many payees\n", "", 1, "title is missing"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_file_is_refused_with_its_line_and_what_is_accepted(tmp_path: Path, name: str) -> None:
    """Whoever writes a rule is told where to look and what to write."""
    old, new, line, told = FAULTS[name]
    file = tmp_path / "rule.yaml"
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(RuleFileError) as caught:
        load_rule(file)
    assert caught.value.line == line
    assert told in caught.value.what
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert "\n" not in str(caught.value)


def test_a_good_file_is_a_rule(tmp_path: Path) -> None:
    """The text that the faults are made of has none itself."""
    file = tmp_path / "rule.yaml"
    file.write_text(GOOD)
    assert load_rule(file).rule == "many-payees"


def test_two_rules_of_one_id_are_refused(tmp_path: Path) -> None:
    """Findings name rules by id."""
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(GOOD)
    with pytest.raises(RuleSetError, match="many-payees is there twice"):
        load_rule_set(tmp_path)


def test_a_rule_set_file_weighs_and_switches_off(tmp_path: Path) -> None:
    """Thresholds and points are set without touching a rule file."""
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(GOOD.replace("many-payees", "more-payees"))
    (tmp_path / "ruleset.yaml").write_text("review: 5\nblock: 50\noff: [more-payees]\npoints: {many-payees: [7]}\n")
    rules = load_rule_set(tmp_path)
    assert [rule.rule for rule in rules.rules] == ["many-payees"]
    assert rules.rules[0].bands[1].score == 7
    assert rules.settings.review == 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("off: [nobody]", "there is no such rule"),
        ("points: {fan-out: [1]}", "its bands take 2"),
    ],
)
def test_a_rule_set_file_that_names_what_is_not_there_is_refused(tmp_path: Path, text: str, told: str) -> None:
    """A typing error must not switch a rule off silently."""
    (tmp_path / "fan-out.yaml").write_text((EXAMPLES / "fan-out.yaml").read_text())
    (tmp_path / "ruleset.yaml").write_text(text)
    with pytest.raises(RuleSetError, match=told):
        load_rule_set(tmp_path)


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    """A mistyped folder does not let everything pass."""
    with pytest.raises(RuleFileError, match="no rules in this folder"):
        load_rule_set(tmp_path)
    with pytest.raises(RuleFileError, match="no such folder"):
        load_rule_set(tmp_path / "nowhere")
