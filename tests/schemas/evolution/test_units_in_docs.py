"""Units that docs name."""

from typing import Any

import pytest

from schemas.evolution import compare


def _record(doc: str) -> dict[str, Any]:
    field = {"name": "x", "type": "long", "doc": doc}
    return {"type": "record", "name": "Txn", "namespace": "fraud.v1", "doc": "A payment.", "fields": [field]}


def _messages(old: str, new: str) -> set[str]:
    return {finding.message for finding in compare(_record(old), _record(new))}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Milliseconds since 1970.", "Milliseconds since 1970; kept for 30 days."),
        ("Amount in cents.", "Amount in cents (minor units), for example EUR cents."),
        ("Limit in EUR.", "Limit in EUR per month."),
        ("Delay in seconds.", "Delay in seconds, not milliseconds."),
        ("A number.", "A number of days."),
    ],
)
def test_compare_doc_that_names_a_further_unit(old: str, new: str) -> None:
    """A unit that stays is the unit, whatever else the doc tells."""
    assert _messages(old, new) == set()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Delay in seconds.", "Delay in milliseconds.", "seconds to milliseconds"),
        ("Limit in EUR per day.", "Limit in EUR per month.", "days to months"),
        ("Amount in dollars or cents.", "Amount in dollars.", "minor units to dollars"),
        ("Amount in cents.", "Amount in dollars, not cents.", "minor units to dollars"),
        ("Amount in cents.", "Amount in dollars (formerly in cents).", "minor units to dollars"),
    ],
)
def test_compare_doc_whose_unit_goes(old: str, new: str, told: str) -> None:
    """A unit that goes, or that the doc says is no longer meant, is told with what takes its place."""
    assert _messages(old, new) == {f"Unit in the doc of Txn.x changed from {told}."}
