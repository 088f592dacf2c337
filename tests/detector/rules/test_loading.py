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
    "endless bound": ("{upto: 5}", "{upto: .inf}", 9, "bands.0.upto: inf is no number"),
    "negative bound": ("{upto: 5}", "{upto: -3}", 9, "bands.0.upto: a bound of a count is above 0"),
    "astronomic bound": ("{upto: 5}", "{upto: 1e300}", 9, "bands.0.upto: 1e+300 has too many digits"),
    "31 digits": ("{upto: 5}", f"{{upto: {10**30}}}", 9, "has too many digits; accepted: 15 before the point"),
    "astronomic text": ("{upto: 5}", "{upto: 1e999999999}", 9, "is no number"),
    "astronomic quotes": ("{upto: 5}", "{upto: '1e999999999'}", 9, "has too many digits"),
    "true bound": ("{upto: 5}", "{upto: true}", 9, "bands.0.upto: True is no bound; accepted: a number"),
    "date for a bound": ("{upto: 5}", "{upto: 2020-01-01}", 9, "is no bound; accepted: a number"),
    "true version": ("version: 1", "version: true", 2, "version: Input should be a valid integer"),
    "true points": ("score: 10", "score: true", 10, "bands.1.score: Input should be a valid integer"),
    "points in quotes": ("score: 10", 'score: "10"', 10, "bands.1.score: Input should be a valid integer"),
    "huge version": (
        "version: 1",
        f"version: {10**26}",
        2,
        "version: Input should be less than or equal to 2147483647",
    ),
    "huge own points": ("window: 8h", f"cite: {{points: {10**20}}}\nwindow: 8h", 6, "less than or equal to 255"),
    "age-long window": ("window: 8h", "window: 999999999w", 6, "'999999999w' is too long; accepted: at most 36525d"),
    "other digits": ("window: 8h", "window: \uff18h", 6, "is no duration"),
    "spaced amount": ("window: 8h", "where: {amount: {from: ' 9.00'}}\nwindow: 8h", 6, "' 9.00' is no amount"),
    "no amounts": (
        "window: 8h",
        'where: {amount: {from: "9", below: "1"}}\nwindow: 8h',
        6,
        "no amount is from 9 on and",
    ),
    "no currency": ("window: 8h", "where: {currency: []}\nwindow: 8h", 6, "holds 0 items; accepted: at least 1"),
    "no account": ("window: 8h", "where: {source: {any_of: []}}\nwindow: 8h", 6, "holds 0 items; accepted: at least 1"),
    "no mapping": (
        "window: 8h",
        "where: [EUR]\nwindow: 8h",
        6,
        "no mapping of fields; accepted: amount, currency, link",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_file_is_refused_with_its_line_and_what_is_accepted(tmp_path: Path, name: str) -> None:
    """Whoever writes a rule is told where to look and what to write."""
    old, new, line, told = FAULTS[name]
    file = tmp_path / "rule.yaml"
    file.write_text(GOOD.replace(old, new), "utf-8")
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
        ("review: 5\npoints: {fan-out: [-5, 1]}", "2: points.fan-out.0: Input should be greater than or equal to 0"),
        (f"points: {{fan-out: [1, {10**20}]}}", "1: points.fan-out.1: Input should be less than or equal to 100000"),
        (f"block: {10**20}", "1: block: Input should be less than or equal to 2147483647"),
        ("review: true", "1: review: Input should be a valid integer"),
        ("- fan-out", "1: file is no mapping of fields; accepted: block, evidence, off, points, review"),
    ],
)
def test_a_rule_set_file_with_a_number_that_cannot_be_is_refused(tmp_path: Path, text: str, told: str) -> None:
    """A score never falls by a finding, and fits the record."""
    (tmp_path / "fan-out.yaml").write_text((EXAMPLES / "fan-out.yaml").read_text())
    (tmp_path / "ruleset.yaml").write_text(text)
    with pytest.raises(RuleFileError) as caught:
        load_rule_set(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'ruleset.yaml'}:{told}")


@pytest.mark.parametrize("text", ["", "# review: 5\n# block: 7\n", "---\n"])
def test_a_rule_set_file_that_says_nothing_changes_nothing(tmp_path: Path, text: str) -> None:
    """Whoever comments out every line gets the defaults."""
    (tmp_path / "fan-out.yaml").write_text((EXAMPLES / "fan-out.yaml").read_text())
    before = load_rule_set(tmp_path).hash
    (tmp_path / "ruleset.yaml").write_text(text)
    assert load_rule_set(tmp_path).hash == before


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
