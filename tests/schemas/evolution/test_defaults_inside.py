"""Defaults that change somewhere inside: in an item, a value, a field of a record."""

from typing import Any

import pytest

from schemas.evolution import compare
from schemas.evolution.json_equality import is_same_value

NUMBER_OR_FLAG = ["long", "boolean"]
ITEMS = {"type": "array", "items": NUMBER_OR_FLAG}
VALUES = {"type": "map", "values": NUMBER_OR_FLAG}
PART = {
    "type": "record",
    "name": "Part",
    "doc": "A part.",
    "fields": [{"name": "a", "type": NUMBER_OR_FLAG, "doc": "The a."}],
}


def _record(of: Any, default: Any) -> dict[str, Any]:
    field = {"name": "x", "type": of, "doc": "The x.", "default": default}
    return {"type": "record", "name": "Txn", "namespace": "fraud.v1", "doc": "A payment.", "fields": [field]}


def _rules(of: Any, old: Any, new: Any) -> set[str]:
    return {finding.rule for finding in compare(_record(of, old), _record(of, new))}


CHANGES = {
    "item": (ITEMS, [0], [False]),
    "value": (VALUES, {"k": 1}, {"k": True}),
    "field of a record": (PART, {"a": 0}, {"a": False}),
    "field of an item": ({"type": "array", "items": PART}, [{"a": 0}], [{"a": False}]),
    "item that goes": (ITEMS, [True], []),
    "itself": (NUMBER_OR_FLAG, 0, False),
}


@pytest.mark.parametrize(("of", "old", "new"), CHANGES.values(), ids=CHANGES.keys())
def test_compare_default_that_is_another_inside(of: Any, old: Any, new: Any) -> None:
    """What measures or decides something is another default at any depth, and as grave as one of the field itself."""
    found = compare(_record(of, old), _record(of, new))
    assert "DEFAULT_CHANGED" in {finding.rule for finding in found if finding.counts}


@pytest.mark.parametrize(
    ("of", "old", "new"),
    [
        ("double", 0, 0.0),
        ({"type": "array", "items": "double"}, [0, 1], [0.0, 1.0]),
        ({"type": "map", "values": "double"}, {"a": 0, "b": 1}, {"b": 1.0, "a": 0.0}),
    ],
)
def test_compare_default_that_is_written_otherwise(of: Any, old: Any, new: Any) -> None:
    """The same number in other letters is the same default."""
    assert _rules(of, old, new) == set()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(1, 1.0, True), (0.0, -0.0, True), (float("nan"), float("nan"), True), (1, True, False), ([0], [False], False)],
)
def test_is_same_value(one: Any, other: Any, same: bool) -> None:
    """Numbers are the same by what they are worth, and no truth value is a number."""
    assert is_same_value(one, other) is same
