"""Marks of sensitivity, however they are written."""

from typing import Any

import pytest

from schemas.evolution import Severity, compare, lint

TAGS = "confluent:tags"


def _record(**marks: Any) -> dict[str, Any]:
    field = {"name": "holder", "type": {"type": "string"} | marks, "doc": "Who holds the card."}
    return {"type": "record", "name": "Txn", "namespace": "fraud.v1", "doc": "A payment.", "fields": [field]}


def _on_the_field(**marks: Any) -> dict[str, Any]:
    field = {"name": "holder", "type": "string", "doc": "Who holds the card."} | marks
    return {"type": "record", "name": "Txn", "namespace": "fraud.v1", "doc": "A payment.", "fields": [field]}


def _severities(old: Any, new: Any) -> set[Severity]:
    return {finding.severity for finding in compare(old, new) if finding.rule == "SENSITIVITY_LOST"}


LOST = {
    "all tags": ({TAGS: ["PII"]}, {TAGS: []}),
    "a tag for another": ({TAGS: ["PII"]}, {TAGS: ["PUBLIC"]}),
    "one of two tags": ({TAGS: ["PII", "PCI"]}, {TAGS: ["PCI"]}),
    "a tag for a word": ({"tags": ["PII"]}, {"tags": "PUBLIC"}),
    "all words of an object": ({"privacy": {"level": "high"}}, {"privacy": {}}),
    "true as a text": ({"sensitive": "true"}, {"sensitive": "false"}),
    "true for a text": ({"sensitive": True}, {"sensitive": "False"}),
    "yes": ({"pii": "yes"}, {"pii": " No "}),
    "one as a text": ({"pii": "1"}, {"pii": "0"}),
    "one": ({"pii": 1}, {"pii": 0}),
    "a level": ({"sensitivity": "high"}, {"sensitivity": "none"}),
}

KEPT = {
    "a further tag": ({TAGS: ["PII"]}, {TAGS: ["PUBLIC", "PII"]}),
    "the tags in another order": ({TAGS: ["PII", "PCI"]}, {TAGS: ["PCI", "PII"]}),
    "a list of one for its word": ({"tags": ["PII"]}, {"tags": "PII"}),
    "one for true": ({"pii": 1}, {"pii": 1.0}),
    "no for an empty list": ({"pii": "no", TAGS: []}, {}),
}


@pytest.mark.parametrize("record", [_record, _on_the_field])
@pytest.mark.parametrize(("old", "new"), LOST.values(), ids=LOST.keys())
def test_compare_mark_that_is_taken_back(record: Any, old: Any, new: Any) -> None:
    """A mark that is emptied, denied or loses one of its tags is lost, as if it were removed."""
    assert _severities(record(**old), record(**new)) == {Severity.ERROR}


@pytest.mark.parametrize(("old", "new"), KEPT.values(), ids=KEPT.keys())
def test_compare_mark_that_stays(old: Any, new: Any) -> None:
    """A list may gain tags, and what never marked anything can go."""
    assert _severities(_record(**old), _record(**new)) == set()


def test_compare_mark_with_another_word() -> None:
    """Which of two words is the milder one is for people to say: a warning."""
    assert _severities(_record(sensitivity="high"), _record(sensitivity="low")) == {Severity.WARNING}


@pytest.mark.parametrize("denial", [False, "false", "no", "0", [], {}])
def test_lint_personal_data_whose_mark_denies_it(denial: Any) -> None:
    """A mark that says no is no mark of personal data."""
    field = {"name": "email", "type": "string", "doc": "Address.", "pii": denial}
    record = {"type": "record", "name": "Txn", "namespace": "fraud.v1", "doc": "A payment.", "fields": [field]}
    assert "SENSITIVITY_MISSING" in {finding.rule for finding in lint(record)}
