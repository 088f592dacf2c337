"""Rules that ship."""

from pathlib import Path

import pytest

from detector.rules.format.rule_file import RuleFile
from detector.rules.loading import EXAMPLES, RULE_SET_FILE, SHIPPED, load_rule, load_rule_set
from detector.rules.testing import run_tests

FILES = sorted(file for folder in (SHIPPED, EXAMPLES) for file in folder.glob("*.yaml") if file.name != RULE_SET_FILE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_rule_passes_the_tests_in_its_file(file: Path) -> None:
    """A shipped rule does what its file says, and has a near miss that stays silent."""
    rule = load_rule(file)
    assert [outcome for outcome in run_tests(rule) if not outcome.passed] == []
    assert any(case.expect for case in rule.tests)
    assert rule.rule == "amount-threshold" or any(not case.expect for case in rule.tests)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_rule_is_named_as_its_file_and_explains_itself(file: Path) -> None:
    """The listing of the folder is the list of rules; each names its sources and false positives."""
    rule = load_rule(file)
    assert rule.rule == file.stem
    assert rule.false_positives
    assert rule.sources
    assert all(band.say for band in rule.bands[1:])


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_rule_can_be_written_and_read_again(file: Path) -> None:
    """A rule that is changed by a program goes through the same checks, defaults written out."""
    rule = load_rule(file)
    assert RuleFile.model_validate(rule.model_dump(mode="json", by_alias=True, exclude_none=True)) == rule


def test_the_default_set_has_two_stages_and_a_hash_of_its_own() -> None:
    """The hash names what judges."""
    shipped, examples = load_rule_set(SHIPPED), load_rule_set(EXAMPLES)
    assert shipped.two_stages
    assert len(shipped.hash) == 64
    assert shipped.hash != examples.hash


def test_the_hash_ignores_words_and_tests(tmp_path: Path) -> None:
    """A better explanation re-derives no state."""
    text = (EXAMPLES / "fan-out.yaml").read_text()
    file = tmp_path / "fan-out.yaml"
    file.write_text(text)
    before = load_rule_set(file).hash
    file.write_text(text.replace("title: One sender, many receivers", "title: Fan-out"))
    assert load_rule_set(file).hash == before
    file.write_text(text.replace("window: 8h", "window: 9h"))
    assert load_rule_set(file).hash != before
