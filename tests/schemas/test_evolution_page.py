"""docs/evolution.md says what the commands say."""

import json
import re

import pytest

from schemas.checking.project_rules import KNOWN_RULES
from schemas.deploy_order import Deployment, Order, deploy_order
from schemas.evolution import compare
from schemas.manifest import contract
from tests.project.tree import ROOT
from tests.schemas.schema_pairs import ID, NOTE, REQUIRED, amount, channel, payment, run

__all__ = ["run"]

PAGE = (ROOT / "docs" / "evolution.md").read_text("utf-8")


def number(kind: str, **more: object) -> dict:
    """A field of a number."""
    return {"name": "points", "type": kind, "doc": "Points.", **more}


def precise(precision: int) -> dict:
    """A decimal of a precision."""
    field = amount(2)
    return field | {"type": field["type"] | {"precision": precision}}


ANSWERS = {
    "add an optional field": (payment(ID), payment(ID, NOTE), False, Order.EITHER),
    "add a required field": (payment(ID), payment(ID, REQUIRED), True, Order.WRITERS_FIRST),
    "add a symbol to an enum with default": (
        payment(ID, channel("A", "UNKNOWN", default="UNKNOWN")),
        payment(ID, channel("A", "UNKNOWN", "B", default="UNKNOWN")),
        False,
        Order.READERS_FIRST,
    ),
    "add a symbol to an enum without a default": (
        payment(ID, channel("A", "B")), payment(ID, channel("A", "B", "C")), True, Order.READERS_FIRST,
    ),
    "remove an optional field": (payment(ID, NOTE), payment(ID), False, Order.READERS_FIRST),
    "rename a field": (payment(ID, REQUIRED), payment(ID, REQUIRED | {"name": "location"}), True, Order.NONE),
    "change the scale": (payment(ID, amount(2)), payment(ID, amount(4)), True, Order.NONE),
    "widen the precision": (payment(ID, precise(9)), payment(ID, precise(18)), False, Order.READERS_FIRST),
    "turn `int` into `long`": (payment(number("int")), payment(number("long")), True, Order.READERS_FIRST),
    "turn `long` into `double`": (payment(number("long")), payment(number("double")), True, Order.NONE),
    "change a default": (
        payment(ID, number("int", default=0)), payment(ID, number("int", default=1)), True, Order.WRITERS_FIRST,
    ),
}  # fmt: skip


@pytest.mark.parametrize("question", ANSWERS)
def test_answer_of_the_table_is_the_checkers(question):
    """The table promises what the rules say under FULL, order of deployment included."""
    old, new, objects, order = ANSWERS[question]
    findings = compare(old, new, "FULL")
    assert f"| {question}" in PAGE
    assert any(finding.counts for finding in findings) is objects, findings
    assert deploy_order(findings, Deployment()).order is order


def test_output_on_the_page_is_the_commands(run, tmp_path, monkeypatch):
    """The example is printed today as it stands there."""
    text = contract("transactions").release().text
    narrower = json.loads(text)
    for field in narrower["fields"]:
        if field["name"] == "amount":
            field["type"]["scale"] = 2
    (tmp_path / "old.avsc").write_text(text)
    (tmp_path / "new.avsc").write_text(json.dumps(narrower))
    monkeypatch.chdir(tmp_path)
    _, out, _ = run("diff", "old.avsc", "new.avsc")
    shown = PAGE.partition("$ fraud-schemas diff old.avsc new.avsc\n")[2].partition("```")[0]
    assert out.startswith(shown)


def test_page_names_only_rules_that_exist():
    """An id on the page is one of the catalogue's."""
    named = set(re.findall(r"\b[A-Z]+_[A-Z]+(?:_[A-Z]+)*\b", PAGE))
    assert named & set(KNOWN_RULES)
    assert {name for name in named if not name.endswith("_VERSION")} <= set(KNOWN_RULES)
