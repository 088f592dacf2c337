"""What a compatibility level excuses, and what it does not."""

from typing import Any

import pytest

from schemas.evolution import Direction, Severity, compare, compare_history
from schemas.evolution.levels import PROMISED

ID = {"name": "id", "type": "string", "doc": "Id."}
CARD = {"type": "record", "name": "Card", "doc": "A card.", "fields": [ID]}


def _record(*fields: Any) -> dict[str, Any]:
    return {"type": "record", "name": "Txn", "namespace": "fraud.v1", "doc": "A payment.", "fields": list(fields)}


def _field(name: str, of: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": of, "doc": "The thing."} | more


def _decimal(scale: Any) -> dict[str, Any]:
    return {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": scale}


WITHOUT_DIRECTION = {
    "default of another type": (_record(ID), _record(ID, _field("n", "int", default="x")), "DEFAULT_INVALID"),
    "field twice": (_record(ID), _record(ID, ID), "SCHEMA_INVALID"),
    "field name with a dash": (_record(ID), _record(ID, _field("a-b", "int", default=0)), "SCHEMA_INVALID"),
    "mark removed": (_record(ID | {"pii": True}), _record(ID), "SENSITIVITY_LOST"),
    "name defined twice": (
        _record(ID),
        _record(
            ID,
            _field("a", ["null", CARD], default=None),
            _field("b", ["null", CARD | {"fields": []}], default=None),
        ),
        "NAME_DEFINED_TWICE",
    ),
    "scale that fastavro refuses": (
        _record(_field("x", _decimal(2))),
        _record(_field("x", _decimal(2.0))),
        "SCHEMA_PARSERS_DISAGREE",
    ),
}


@pytest.mark.parametrize("level", PROMISED)
@pytest.mark.parametrize(("old", "new", "rule"), WITHOUT_DIRECTION.values(), ids=WITHOUT_DIRECTION.keys())
def test_compare_what_no_level_excuses(level: str, old: Any, new: Any, rule: str) -> None:
    """What goes wrong whoever reads is an error under every level, NONE included."""
    assert rule in {finding.rule for finding in compare(old, new, level) if finding.counts}


@pytest.mark.parametrize("level", PROMISED)
def test_compare_key_whatever_the_level(level: str) -> None:
    """A key's doc that changes gives the key other bytes under every level."""
    found = compare(_record(ID), _record(ID | {"doc": "Identity."}), level, key=True)
    assert {finding.rule for finding in found if finding.counts} == {"KEY_CHANGED"}


def test_compare_history_what_no_level_excuses() -> None:
    """A history is judged like a pair."""
    found = compare_history([_record(ID)], _record(ID, _field("n", "int", default="x")), "NONE")
    assert {finding.rule for finding in found if finding.counts} == {"DEFAULT_INVALID"}


def test_compare_default_that_only_new_readers_need() -> None:
    """A level still decides about resolution: a required field that is added is a note where nobody reads back."""
    found = compare(_record(ID), _record(ID, _field("n", "int")), "FORWARD")
    assert {(finding.rule, finding.severity, finding.direction) for finding in found} == {
        ("FIELD_ADDED_WITHOUT_DEFAULT", Severity.NOTE, Direction.BACKWARD)
    }
