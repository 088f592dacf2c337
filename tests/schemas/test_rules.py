"""`fraud-schemas rules` and `fraud-schemas lint`."""

import json

import pytest

from schemas.checking.project_rules import EVERY_RULE, PROJECT_RULES
from schemas.commands.rules import example_of
from schemas.evolution import RULES
from tests.schemas.schema_pairs import ID, payment, run

__all__ = ["run"]


def test_rules_lists_every_rule(run):
    """The catalogue is complete, in rows and as JSON."""
    code, out, _ = run("rules")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[1:]] == [rule.id for rule in EVERY_RULE]
    assert [entry["id"] for entry in json.loads(run("rules", "--json")[1])] == [rule.id for rule in EVERY_RULE]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_example_of_a_rule_is_objected_to_by_it(rule):
    """The packaged example shows what the rule is about."""
    change = example_of(rule.id)
    assert change is not None
    assert rule.id in {finding.rule for finding in change.findings}


@pytest.mark.parametrize("rule", PROJECT_RULES, ids=lambda rule: rule.id)
def test_project_rule_is_written_like_the_others(rule):
    """Purpose and advice are sentences, the id is none of the catalogue's."""
    assert rule.purpose.startswith("Checks that ")
    assert rule.instead.endswith(".")
    assert rule.id not in {other.id for other in RULES}


def test_explain_shows_example_consequence_and_order(run):
    """One rule in full, whatever case its id is given in."""
    code, out, _ = run("rules", "explain", "decimal-scale-changed")
    assert code == 0
    for part in ("Checks that", "Instead:", "old.avsc", "new.avsc", "12.34", "deploy: no order is safe"):
        assert part in out


def test_explain_of_an_unknown_rule_names_near_ones(run):
    """One line with the next step, exit 2."""
    code, out, err = run("rules", "explain", "ENUM_SYMBOL")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "ENUM_SYMBOL_ADDED" in err


def test_lint_of_a_file_exits_with_1_for_an_error(run, tmp_path):
    """What the registry would refuse is an error at its line."""
    path = tmp_path / "payment.avsc"
    path.write_text(payment(ID, {"name": "a-b", "type": "string", "doc": "x"}))
    code, out, _ = run("lint", path)
    assert code == 1
    assert "SCHEMA_INVALID" in out
    assert "payment.avsc:" in out


def test_lint_without_files_looks_at_all_contracts(run):
    """The project's own contracts have no error."""
    code, out, _ = run("lint", "--format", "json")
    assert code == 0
    assert {change["new"].rpartition("/")[2] for change in json.loads(out)["changes"]}


def test_lint_of_broken_json_is_one_line(run, tmp_path):
    """File, line and column, exit 2."""
    path = tmp_path / "payment.avsc"
    path.write_text('{"type": "record"')
    code, out, err = run("lint", path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "payment.avsc:1:" in err
