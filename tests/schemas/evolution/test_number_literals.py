"""Changes of a schema that only the kind of a JSON number tells."""

from typing import Any

import pytest

from schemas.evolution import compare
from schemas.evolution.json_equality import is_same_json


def _with(of: Any) -> dict[str, Any]:
    field = {"name": "amount", "type": of, "doc": "Amount."}
    return {"type": "record", "name": "Txn", "namespace": "fraud.v1", "doc": "A payment.", "fields": [field]}


def _decimal(**more: Any) -> dict[str, Any]:
    return {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2} | more


CHANGES = {
    "scale of an integer to a float": (_decimal(), _decimal(scale=2.0)),
    "precision of an integer to a float": (_decimal(), _decimal(precision=10.0)),
    "scale of 1 to true": (_decimal(scale=1), _decimal(scale=True)),
    "scale of 0 to false": (_decimal(scale=0), _decimal(scale=False)),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize(
    "around",
    [
        lambda of: of,
        lambda of: {"type": "array", "items": of},
        lambda of: {"type": "map", "values": of},
        lambda of: ["null", of],
    ],
    ids=["plain", "items", "values", "branch"],
)
def test_compare_decimal_that_is_equal_to_python_only(old: Any, new: Any, around: Any) -> None:
    """A scale or precision that stops being an integer takes the logical type away: an error, told at the type."""
    found = compare(_with(around(old)), _with(around(new)))
    assert {finding.rule for finding in found if finding.counts} >= {
        "LOGICAL_TYPE_ADDED_OR_REMOVED",
        "LOGICAL_TYPE_INVALID",
    }


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1, "b": [2]}, {"b": [2], "a": 1}, True),
        ([1], (1,), True),
        (float("nan"), float("nan"), True),
        (1, 1.0, False),
        (1, True, False),
        (0, False, False),
        (0.0, -0.0, False),
        ({"a": [{"b": 0}]}, {"a": [{"b": False}]}, False),
        ([], {}, False),
        ([1], [1, 2], False),
        ({"a": None}, {}, False),
    ],
)
def test_is_same_json(one: Any, other: Any, same: bool) -> None:
    """Values are the same where their texts are, spaces and the order of properties aside."""
    assert is_same_json(one, other) is same
    assert is_same_json(other, one) is same


def test_is_same_json_deep() -> None:
    """The depth of a value has no bound."""
    one: Any = 1
    other: Any = 1.0
    for _ in range(10_000):
        one, other = [one], [other]
    assert not is_same_json(one, other)
    assert is_same_json(one, one)
