"""Names of fields that went and came back, wherever they stand and whatever is below them."""

from typing import Any

import pytest

from schemas.evolution import Finding, Severity, compare_history

ID = {"name": "id", "type": "string", "doc": "Id."}


def _record(*fields: Any, name: str = "Txn", **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": name, "namespace": "fraud.v1", "doc": "One.", "fields": list(fields)} | more


def _field(name: str, of: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": of, "doc": "The thing."} | more


def _decimal(scale: int) -> dict[str, Any]:
    return {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": scale}


def _enum(*symbols: str) -> dict[str, Any]:
    return {"type": "enum", "name": "E", "symbols": ["UNKNOWN", *symbols], "default": "UNKNOWN"}


def _long(logical: str) -> dict[str, Any]:
    return {"type": "long", "logicalType": logical}


def _array(of: Any) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _map(of: Any) -> dict[str, Any]:
    return {"type": "map", "values": of}


def _reuses(history: list[Any], new: Any, level: str = "BACKWARD") -> list[Finding]:
    return [finding for finding in compare_history(history, new, level) if finding.rule == "RETIRED_NAME_REUSED"]


OTHERS = {
    "scale of items": (_array(_decimal(2)), _array(_decimal(3))),
    "scale of items of items": (_array(_array(_decimal(2))), _array(_array(_decimal(3)))),
    "scale of items that may be null": (_array(["null", _decimal(2)]), _array(["null", _decimal(3)])),
    "time unit of values": (_map(_long("timestamp-millis")), _map(_long("timestamp-micros"))),
    "symbols": (_enum("A"), _enum("B")),
    "symbols of items": (_array(_enum("A")), _array(_enum("B"))),
    "size": ({"type": "fixed", "name": "F", "size": 4}, {"type": "fixed", "name": "F", "size": 8}),
    "unit of the type": ({"type": "long", "unit": "cents"}, {"type": "long", "unit": "euros"}),
    "unit of items": (_array({"type": "long", "unit": "s"}), _array({"type": "long", "unit": "ms"})),
}


@pytest.mark.parametrize(("old", "new"), OTHERS.values(), ids=OTHERS.keys())
def test_compare_history_name_reused_for_another_kind(old: Any, new: Any) -> None:
    """What differs below the first type, or in a property, is another kind of value: an error."""
    history = [_record(ID, _field("q", ["null", old], default=None)), _record(ID)]
    (found,) = _reuses(history, _record(ID, _field("q", ["null", new], default=None)))
    assert found.severity is Severity.ERROR
    assert "changed from" in found.message


@pytest.mark.parametrize("same", [pair[0] for pair in OTHERS.values()], ids=OTHERS.keys())
def test_compare_history_name_reused_for_the_same_kind(same: Any) -> None:
    """A name that comes back for what it was is a warning."""
    field = _field("q", ["null", same], default=None)
    (found,) = _reuses([_record(ID, field), _record(ID)], _record(ID, field))
    assert found.severity is Severity.WARNING


def test_compare_history_name_reused_with_another_unit_of_the_field() -> None:
    """A unit in a property of the field counts like one in its doc, and may move between the two."""
    cents = _field("fee", "long", default=0, unit="cents")
    history = [_record(ID, cents), _record(ID)]
    (other,) = _reuses(history, _record(ID, _field("fee", "long", default=0, unit="euros")))
    (same,) = _reuses(history, _record(ID, _field("fee", "long", default=0) | {"doc": "Fee in cents."}))
    assert other.severity is Severity.ERROR
    assert other.message.endswith("it changed from long in minor units to long in euros.")
    assert same.severity is Severity.WARNING


def _part(*fields: Any, name: str = "I", **more: Any) -> dict[str, Any]:
    return _record(_field("z", "string"), *fields, name=name, **more)


Q = _field("q", "long", default=0)
TEXT_Q = _field("q", "string", default="")


def _holding(*branches: Any) -> dict[str, Any]:
    return _record(ID, _field("u", ["null", *branches], default=None))


def test_compare_history_name_reused_in_a_record_with_another_path() -> None:
    """A second record in the union gives the field another path, and leaves it the same field."""
    history = [_holding(_part(Q)), _holding(_part())]
    (found,) = _reuses(history, _holding(_part(TEXT_Q), _part(name="J")))
    assert (found.path, found.severity) == ("Txn.u<I>.q", Severity.ERROR)


def test_compare_history_name_reused_in_a_record_with_another_name() -> None:
    """A record is known by its alias, and by its path where it has none."""
    history = [_holding(_part(Q)), _holding(_part())]
    for renamed in (_part(TEXT_Q, name="J", aliases=["fraud.v1.I"]), _part(TEXT_Q, name="J")):
        assert [finding.severity for finding in _reuses(history, _holding(renamed))] == [Severity.ERROR]


def test_compare_history_name_in_use_with_another_path() -> None:
    """A field that the newest version has was never retired, whatever its path was; one of a record that went was."""
    both, alone = _holding(_part(Q), _part(name="J")), _holding(_part(Q))
    assert [finding.path for finding in _reuses([both, alone], both)] == ["Txn.u<J>.z"]


def test_compare_history_name_in_a_record_that_moves() -> None:
    """A record that goes as a whole and comes back at another field holds nothing that was written there."""
    history = [_record(ID, _field("a", ["null", _part(Q)], default=None)), _record(ID)]
    assert _reuses(history, _record(ID, _field("b", ["null", _part(TEXT_Q)], default=None))) == []


def test_compare_history_name_reused_below_deep_items() -> None:
    """The depth of a type has no bound."""
    one: Any = "long"
    other: Any = "string"
    for _ in range(3_000):
        one, other = _array(one), _array(other)
    history = [_record(ID, _field("q", one, default=[])), _record(ID)]
    assert [finding.severity for finding in _reuses(history, _record(ID, _field("q", other, default=[])))] == [
        Severity.ERROR
    ]
