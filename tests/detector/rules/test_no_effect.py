"""What a file says has an effect, or is refused."""

from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from detector.rules.errors import RuleFileError
from detector.rules.json_schema import rule_schema
from detector.rules.loading import load_rule, load_rule_set
from detector.rules.testing import run_all

PYTHON = """\
rule: large
version: 1
title: Large amount
why: as the tutorial
python: amount-threshold
"""
COUNTING = """\
rule: my-rule
version: 1
title: some title
why: because of it
key: target
window: 1h
measure: {count: payments}
bands: [{upto: 3}, {score: 20}]
"""
LOOKING = COUNTING.replace("window: 1h\nmeasure: {count: payments}", "measure: {gap: activity}").replace("3}", "3d}")
CHAIN = COUNTING.replace("key: target\nwindow: 1h\n", "where: {link: new}\n").replace(
    "{count: payments}", "{hops: new links, within: 1h}"
)
IDLE = {
    "key": (PYTHON, "key: target", "key: has no effect on a rule in Python"),
    "window": (PYTHON, "window: 24h", "window: has no effect on a rule in Python"),
    "grace": (PYTHON, "grace: 1h", "grace: has no effect on a rule in Python"),
    "where": (PYTHON, "where: {currency: [EUR]}", "where: has no effect on a rule in Python"),
    "match": (PYTHON, "match: {currency: same}", "match: has no effect on a rule in Python"),
    "cite": (PYTHON, "cite: {points: 1}", "cite: has no effect on a rule in Python"),
    "suppress": (PYTHON, "suppress: never", "suppress: has no effect on a rule in Python"),
    "parameters": (COUNTING, "parameters: {default: 3}", "parameters: goes with python, and only with it"),
    "match alone": (LOOKING, "match: {currency: same}", "match: has no effect on measure gap; accepted with: count"),
    "match of nothing": (COUNTING, "match: {}", "match: nothing must resemble; accepted: amount, currency"),
    "cite alone": (
        LOOKING,
        "cite: {points: 1}",
        "cite.points: has no effect on measure gap; accepted with: hops, count",
    ),
    "cited links of a chain": (CHAIN, "cite: {link: any}", "cite.link: has no effect on measure hops"),
    "cited window of a chain": (CHAIN, "cite: {window: 1h}", "cite.window: has no effect on measure hops"),
    "long cite": (
        COUNTING,
        "cite: {window: 3601s}",
        "cite.window: nothing is remembered beyond the window; accepted: at",
    ),
    "long cite of the same links": (COUNTING, "cite: {window: 7d, link: any}", "cite.window: nothing is remembered"),
}
IN_PLACE = {
    "cite": (COUNTING, "cite: {window: 60m, points: 1}"),
    "cite of other links": (COUNTING, "cite: {window: 7d, link: new}"),
    "cite of a chain": (CHAIN, "cite: {points: 1}"),
    "match": (COUNTING, "match: {currency: same}"),
    "parameters": (PYTHON, "parameters: {default: 3}"),
}


@pytest.mark.parametrize("name", IDLE)
def test_what_would_have_no_effect_is_refused_at_its_line(tmp_path: Path, name: str) -> None:
    """Nobody is left to believe in a condition that is not looked at."""
    text, more, told = IDLE[name]
    file = tmp_path / "rule.yaml"
    file.write_text(text + more)
    with pytest.raises(RuleFileError) as caught:
        load_rule(file)
    assert caught.value.line == len(text.splitlines()) + 1
    assert caught.value.what.startswith(told)


@pytest.mark.parametrize("name", [name for name, (text, *_) in IDLE.items() if text == PYTHON])
def test_an_editor_underlines_what_has_no_effect_in_python(name: str) -> None:
    """The schema refuses the same fields beside `python`."""
    text, more, _ = IDLE[name]
    validator = jsonschema.Draft202012Validator(rule_schema())
    assert validator.is_valid(YAML(typ="safe").load(text))
    assert not validator.is_valid(YAML(typ="safe").load(text + more))


@pytest.mark.parametrize("name", IN_PLACE)
def test_what_has_an_effect_is_accepted(tmp_path: Path, name: str) -> None:
    """The refusals reach no further than what is ignored."""
    text, more = IN_PLACE[name]
    file = tmp_path / "rule.yaml"
    file.write_text(text + more)
    assert f"rule: {load_rule(file).rule}" in text


def test_a_history_that_is_not_asked_for_is_refused(tmp_path: Path) -> None:
    """A count needs no earlier payments."""
    file = tmp_path / "rule.yaml"
    file.write_text(COUNTING.replace("{count: payments}", "{count: payments, history: 9}"))
    with pytest.raises(RuleFileError, match="history goes with deviation and multiple") as caught:
        load_rule(file)
    assert caught.value.line == 7


@pytest.mark.parametrize("name", ["a.yml", "a.YML", "a.YAML", "ruleset.yml"])
def test_a_file_that_is_not_read_for_its_name_is_refused(tmp_path: Path, name: str) -> None:
    """A rule or a threshold is not left out without a word."""
    (tmp_path / "b.yaml").write_text(COUNTING)
    (tmp_path / name).write_text(COUNTING)
    for read in (load_rule_set, run_all):
        with pytest.raises(RuleFileError, match=rf"{name}:0: not read by this name; rename it to .*\.yaml$"):
            read(tmp_path)


def test_a_file_of_another_kind_beside_the_rules_is_left_alone(tmp_path: Path) -> None:
    """A folder may hold its schema and a note."""
    (tmp_path / "b.yaml").write_text(COUNTING)
    for name in ("rule.schema.json", "README.md", "a.y"):
        (tmp_path / name).write_text("nothing")
    assert [rule.rule for rule in load_rule_set(tmp_path).rules] == ["my-rule"]
