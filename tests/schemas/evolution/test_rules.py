"""Every rule has a directory of changes with what is to be found in them, and every directory has a rule."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.evolution import RULES, Finding, Severity, compare, compare_history, load, rule

CASES: Final = Path(__file__).parent / "cases"
ALL: Final = sorted(path.parent.relative_to(CASES).as_posix() for path in CASES.glob("*/*/expected.json"))


def _text(path: Path) -> str:
    return path.read_text("utf-8")


def _with_references(folder: Path, side: str) -> Any:
    return load(
        _text(folder / f"{side}.avsc"), [_text(path) for path in sorted(folder.glob(f"{side}.reference*.avsc"))]
    )


def _findings(folder: Path, expected: dict[str, Any]) -> tuple[Finding, ...]:
    level, key = expected["level"], expected["key"]
    if (folder / "old.avsc").exists():
        return compare(_with_references(folder, "old"), _with_references(folder, "new"), level, key=key)
    earlier = sorted(folder.glob("[0-9]*.avsc"), key=lambda path: int(path.stem))
    return compare_history([_text(path) for path in earlier], _text(folder / "new.avsc"), level, key=key)


@pytest.mark.parametrize("case", ALL)
def test_compare_case(case: str) -> None:
    """A change gives exactly the findings written beside it."""
    expected = json.loads(_text(CASES / case / "expected.json"))
    found = _findings(CASES / case, expected)
    assert [
        {key: getattr(finding, key) for key in entry}
        for finding, entry in zip(found, expected["findings"], strict=True)
    ] == expected["findings"]


def test_cases_every_rule() -> None:
    """A rule without a directory, and a directory without a rule, are both mistakes."""
    assert {path.name for path in CASES.iterdir()} == {rule.id for rule in RULES}


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES])
def test_cases_rule_fires_and_keeps_silent(rule_id: str) -> None:
    """Each rule has a change it objects to and one that it lets pass."""
    fired = [
        any(finding["rule"] == rule_id for finding in json.loads(_text(path))["findings"])
        for path in (CASES / rule_id).glob("*/expected.json")
    ]
    assert True in fired
    assert False in fired


@pytest.mark.parametrize("subject", RULES, ids=lambda subject: subject.id)
def test_rule_record(subject: Any) -> None:
    """Ids are NOUN_CONDITION, purposes begin alike, and each rule says what to do instead."""
    assert re.fullmatch(r"[A-Z]+(_[A-Z]+)+", subject.id)
    assert subject.purpose.startswith("Checks that ")
    assert subject.purpose.endswith(".")
    assert subject.instead
    assert isinstance(subject.severity, Severity)
    assert rule(subject.id) is subject


def test_rule_ids_unique() -> None:
    """No two rules share an id."""
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_messages_shape() -> None:
    """What changed between two schemas is told in one of two shapes, and always with its consequence."""
    for case in ALL:
        expected = json.loads(_text(CASES / case / "expected.json"))
        for finding in _findings(CASES / case, expected):
            assert finding.message.endswith(".")
            assert finding.consequence.endswith(".")
            if finding.old is not None:
                assert re.search(r" (was|were) removed|changed .*from .* to |changed from ", finding.message), finding
