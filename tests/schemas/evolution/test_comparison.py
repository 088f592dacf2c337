"""Levels, histories, names in sentences, depth."""

import json
from typing import Any

import pytest

from schemas.errors import ContractError
from schemas.evolution import Direction, Policy, Severity, compare, compare_history, incompatibilities, lint

ID = {"name": "id", "type": "string", "doc": "Id."}


def _record(*fields: Any, **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": "Txn", "namespace": "fraud.v1", "fields": list(fields)} | more


def _amount(scale: int) -> dict[str, Any]:
    decimal = {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": scale}
    return {"name": "amount", "type": decimal, "doc": "Amount."}


@pytest.mark.parametrize(
    ("level", "backward", "forward"),
    [
        ("NONE", Severity.NOTE, Severity.NOTE),
        ("BACKWARD", Severity.ERROR, None),
        ("BACKWARD_TRANSITIVE", Severity.ERROR, None),
        ("FORWARD", None, Severity.ERROR),
        ("FULL", Severity.ERROR, Severity.ERROR),
    ],
)
def test_compare_level(level: str, backward: Severity | None, forward: Severity | None) -> None:
    """A direction that the level does not promise gives notes, and none where the same is told as an error."""
    found = compare(_record(_amount(2)), _record(_amount(4)), level)
    assert {finding.direction: finding.severity for finding in found} == {
        direction: severity
        for direction, severity in ((Direction.BACKWARD, backward), (Direction.FORWARD, forward))
        if severity is not None
    }


def test_compare_unknown_level() -> None:
    """A level that does not exist is refused with the list of those that do."""
    with pytest.raises(ContractError, match="FULL_TRANSITIVE"):
        compare("string", "string", "SIDEWARD")


def test_compare_example_value() -> None:
    """The consequence names both versions and an example value."""
    found = compare(_record(_amount(2)), _record(_amount(4)), "BACKWARD", names=("version 1", "version 2"))
    assert found[0].message == "Scale of Txn.amount changed from 2 to 4."
    assert "12.34 written with version 1 is read as 0.1234 by Java consumers of version 2" in found[0].consequence


def test_compare_identical_text() -> None:
    """A lint problem that was there before is not told again."""
    bad = json.dumps(_record({"name": "n", "type": "int", "default": "0"}))
    assert compare(bad, bad + "\n") == ()
    assert any(finding.rule == "DEFAULT_INVALID" for finding in lint(bad))


def test_compare_locations() -> None:
    """A finding has the path and the pointer in both schemas."""
    finding = next(
        f for f in compare(_record(_amount(2)), _record(ID, _amount(4))) if f.rule == "DECIMAL_SCALE_CHANGED"
    )
    assert finding.old is not None
    assert finding.new is not None
    assert (finding.old.path, finding.old.pointer) == ("Txn.amount", ("fields", 0, "type"))
    assert (finding.new.path, finding.new.pointer) == ("Txn.amount", ("fields", 1, "type"))


def test_compare_readers_that_convert_defaults() -> None:
    """A default of a logical type is no objection where every reader converts it."""
    day = {"name": "day", "type": {"type": "int", "logicalType": "date"}, "default": 0, "doc": "Day."}
    assert [finding.rule for finding in compare(_record(ID), _record(ID, day))] == ["DEFAULT_OF_LOGICAL_TYPE"]
    assert compare(_record(ID), _record(ID, day), policy=Policy(readers_convert_defaults=True)) == ()


def test_compare_history_transitive() -> None:
    """A transitive level sees what the newest version does not know; each finding names its version."""
    one, two = _record(ID, {"name": "note", "type": "string", "doc": "Note."}), _record(ID)
    note = {"name": "note", "type": ["null", "long"], "default": None, "doc": "Note."}
    plain = compare_history([one, two], _record(ID, note), "BACKWARD")
    transitive = compare_history([one, two], _record(ID, note), "BACKWARD_TRANSITIVE")
    assert [(finding.rule, finding.old_version) for finding in plain] == [("RETIRED_NAME_REUSED", None)]
    assert {(finding.rule, finding.old_version) for finding in transitive if finding.counts} == {
        ("RETIRED_NAME_REUSED", None),
        ("UNION_BRANCH_REMOVED", 1),
    }


def test_compare_history_empty() -> None:
    """The first version has nothing before it."""
    assert compare_history([], _record(ID)) == ()


def test_compare_history_same_objection() -> None:
    """What several versions give rise to is told once, for the newest of them."""
    history = [_record(_amount(2)), _record(_amount(2), doc="Payment.")]
    found = compare_history(history, _record(_amount(4), doc="Payment."))
    assert [(finding.rule, finding.old_version) for finding in found] == [("DECIMAL_SCALE_CHANGED", 2)] * 2


def _deep(depth: int, leaf: str) -> str:
    text = f'"{leaf}"'
    for level in range(depth):
        inner = f'["null", {{"type": "array", "items": {text}}}]'
        text = (
            f'{{"type": "record", "name": "R{level}", "fields": [{{"name": "f", "type": {inner}, "default": null}}]}}'
        )
    return text


@pytest.mark.parametrize("depth", [200, 400])
def test_compare_deep_schema(depth: int) -> None:
    """A change at great depth is found, and no check runs out of stack."""
    found = compare(_deep(depth, "long"), _deep(depth, "double"), "BACKWARD")
    assert [finding.rule for finding in found if finding.severity is Severity.ERROR] == ["NUMBER_PROMOTION_LOSSY"]
    assert len(lint(_deep(depth, "long"))) == depth
    assert len(incompatibilities(_deep(depth, "long"), _deep(depth, "double"))) == 1


@pytest.mark.parametrize("size", [4096, 10**40])
def test_compare_large_fixed(size: int) -> None:
    """A decimal in a fixed of any size is checked, however many digits it holds."""
    old, new = (
        {"type": "fixed", "name": "F", "size": size, "logicalType": "decimal", "precision": 9, "scale": scale}
        for scale in (2, 3)
    )
    assert [finding.rule for finding in compare(old, new, "BACKWARD") if finding.counts] == ["DECIMAL_SCALE_CHANGED"]


def test_compare_recursive_schema() -> None:
    """A record that refers to itself is compared once, wherever it is met."""
    old = _record(_amount(2), {"name": "next", "type": ["null", "Txn"], "default": None, "doc": "Next."})
    new = _record(_amount(3), {"name": "next", "type": ["null", "Txn"], "default": None, "doc": "Next."})
    assert [finding.rule for finding in compare(old, new)] == ["DECIMAL_SCALE_CHANGED"] * 2


@pytest.mark.parametrize("odd", [5, {}, {"type": 7}, {"type": "record"}, ["null", {"fields": 3}], True, "no.Such"])
def test_compare_json_that_is_no_schema(odd: Any) -> None:
    """JSON that is no schema has findings, never an exception."""
    text = json.dumps(odd)
    assert compare(json.dumps("string"), text) != ()
    assert compare(text, text) == ()
    assert {finding.rule for finding in lint(text)} == {"SCHEMA_INVALID"}
