"""Renames of many fields at once, which are found without comparing every name with every other."""

import json
from difflib import SequenceMatcher
from typing import Any

import pytest

from schemas.evolution import compare

MANY = 600


def _record(fields: list[dict[str, Any]]) -> str:
    return json.dumps({"type": "record", "name": "Txn", "namespace": "fraud.v1", "doc": "One.", "fields": fields})


def _field(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": ["null", "string"], "default": None} | more


def _renamed(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> set[str]:
    """The names told, each as `before to after`."""
    return {
        finding.message.partition(" from ")[2].rstrip(".")
        for finding in compare(_record(old), _record(new), "BACKWARD")
        if finding.rule == "FIELD_RENAMED_WITHOUT_ALIAS"
    }


def _expected(names: list[tuple[str, str]]) -> set[str]:
    return {f"{before} to {after}" for before, after in names}


NAMES = [(f"qx{number}", f"vk{MANY - number}z") for number in range(MANY)]


def test_compare_many_renames_in_place() -> None:
    """Fields that keep their places are known by them."""
    old, new = ([_field(pair[side]) for pair in NAMES] for side in (0, 1))
    assert _renamed(old, new) == _expected(NAMES)


def test_compare_many_renames_by_doc() -> None:
    """Fields that keep their docs are known by them, whatever the order."""
    old, new = ([_field(pair[side], doc=f"About {pair[0]}.") for pair in NAMES] for side in (0, 1))
    assert _renamed(old, new[::-1]) == _expected(NAMES)


def test_compare_many_renames_by_case() -> None:
    """Names that differ in underscores are known, whatever the order and the type."""
    names = [(f"user_{number}_id", f"user{number}Id") for number in range(MANY)]
    old = [_field(before) for before, _ in names]
    new = [_field(after, type=["null", "long"]) for _, after in names[::-1]]
    assert _renamed(old, new) == _expected(names)


@pytest.mark.parametrize("count", [2, 30])
def test_compare_few_renames_by_similar_name(count: int) -> None:
    """Fields with nothing in common but most of their names are known by them, the most similar first."""
    names = [(f"{letter}" * 6 + "_amount", f"{letter}" * 6 + "_sum") for letter in "abcdefghijklmnopqrstuvwxyz1234"]
    old = [_field(f"n{before}") for before, _ in names[:count]]
    new = [_field(f"n{after}") for _, after in names[:count]][::-1]
    assert _renamed(old, [*new, _field("other")]) == _expected([(f"n{a}", f"n{b}") for a, b in names[:count]])


def test_compare_many_renames_compares_few_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names that are compared letter by letter grow with the fields, not with their square."""
    compared = []
    monkeypatch.setattr(SequenceMatcher, "ratio", lambda self: compared.append(self) or 0.0)
    old, new = ([_field(f"field_{pair[side]}") for pair in NAMES] for side in (0, 1))
    _renamed(old, new)
    assert len(compared) <= MANY * 4
