"""Every change gets the verdict it deserves, alone and at any depth."""

import pytest

from schemas.evolution import compare
from tests.schemas.evolution.changes import FURTHER, MEASURED, Change
from tests.schemas.evolution.wrapping import WRAPPINGS


@pytest.mark.parametrize("change", MEASURED, ids=lambda change: change.id)
def test_compare_measured_change(change: Change) -> None:
    """A measured change gets its verdict under FULL, and under the level of its direction alone."""
    for level in ("FULL", change.level):
        findings = compare(change.old, change.new, level)
        assert change.is_met(findings), (level, findings)


@pytest.mark.parametrize("change", FURTHER, ids=lambda change: change.id)
def test_compare_further_change(change: Change) -> None:
    """A change of the rest of the language gets its verdict."""
    for level in ("FULL", change.level):
        findings = compare(change.old, change.new, level)
        assert change.is_met(findings), (level, findings)


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_compare_nested_change(wrapping: str) -> None:
    """A change gets the same verdict in records, items, values, unions, recursive records and references."""
    wrap = WRAPPINGS[wrapping]
    wrong = [
        change.id
        for change in (*MEASURED, *FURTHER)
        if not change.is_met(compare(wrap(change.old), wrap(change.new), change.level))
    ]
    assert wrong == []
