"""Names that only versions in between connect with what was written first."""

from io import BytesIO
from typing import Any

import fastavro
import pytest

from schemas.evolution import Severity, compare, compare_history

ID = {"name": "id", "type": "string", "doc": "Id."}


def _record(*fields: Any, name: str = "Txn", **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": name, "namespace": "fraud.v1", "doc": "One.", "fields": [ID, *fields]} | more


def _account(name: str, doc: str, *aliases: str) -> dict[str, Any]:
    field = {"name": name, "type": ["null", "string"], "doc": doc, "default": None}
    return field | ({"aliases": list(aliases)} if aliases else {})


PAYER = _account("payer", "Who pays.")
SENDER = _account("sender", "The account it comes from.")
ALIASED = _account("sender", "The account it comes from.", "payer")


def _top(field: Any) -> dict[str, Any]:
    return _record(field)


def _item(field: Any) -> dict[str, Any]:
    items = {"type": "array", "items": _record(field, name="Leg")}
    return _record({"name": "legs", "type": items, "doc": "Legs."})


def _branch(field: Any) -> dict[str, Any]:
    of = ["null", _record(field, name="Leg")]
    return _record({"name": "leg", "type": of, "doc": "Leg.", "default": None})


def _told(history: list[Any], new: Any, level: str) -> set[tuple[str, int | None]]:
    return {(finding.rule, finding.old_version) for finding in compare_history(history, new, level) if finding.counts}


def test_alias_that_goes_loses_what_was_written() -> None:
    """What the rule is about: a reader without the alias takes its default for a value that is there."""
    out = BytesIO()
    fastavro.schemaless_writer(out, _top(PAYER), {"id": "1", "payer": "A"})
    out.seek(0)
    assert fastavro.schemaless_reader(out, _top(PAYER), _top(SENDER)) == {"id": "1", "sender": None}


@pytest.mark.parametrize("around", [_top, _item, _branch])
@pytest.mark.parametrize("level", ["BACKWARD", "FULL"])
def test_compare_history_alias_removed(around: Any, level: str) -> None:
    """An alias is an error to remove while an earlier version has a field of that name, at any depth."""
    history = [around(PAYER), around(ALIASED)]
    assert _told(history, around(SENDER), level) == {("FIELD_ALIAS_REMOVED", 2)}
    assert _told(history, around(ALIASED | {"doc": "The account."}), level) == set()


@pytest.mark.parametrize("around", [_top, _item, _branch])
def test_compare_history_rename_that_a_version_between_declared(around: Any) -> None:
    """A transitive level knows the field of the first version again, although neither name nor doc tell."""
    assert _told([around(PAYER), around(ALIASED)], around(SENDER), "BACKWARD_TRANSITIVE") == {
        ("FIELD_ALIAS_REMOVED", 2),
        ("FIELD_RENAMED_WITHOUT_ALIAS", 1),
    }


def test_compare_history_rename_twice() -> None:
    """An alias stays needed when the field is renamed once more."""
    history = [_top(PAYER), _top(ALIASED)]
    twice = _account("origin", "Where it comes from.", "sender")
    assert _told(history, _top(twice), "BACKWARD_TRANSITIVE") == {
        ("FIELD_ALIAS_REMOVED", 2),
        ("FIELD_RENAMED_WITHOUT_ALIAS", 1),
    }
    assert _told(history, _top(twice | {"aliases": ["sender", "payer"]}), "BACKWARD_TRANSITIVE") == set()


def test_compare_history_alias_removed_by_those_who_never_needed_it() -> None:
    """No version ever had a field of that name: a note."""
    found = compare_history([_top(SENDER), _top(ALIASED)], _top(SENDER), "BACKWARD")
    assert {(finding.rule, finding.severity) for finding in found} == {("FIELD_ALIAS_REMOVED", Severity.NOTE)}


def test_compare_alias_removed() -> None:
    """Two schemas alone do not tell whether the name was ever written: a warning."""
    found = compare(_top(ALIASED), _top(SENDER))
    assert {(finding.rule, finding.severity) for finding in found} == {("FIELD_ALIAS_REMOVED", Severity.WARNING)}


def test_compare_alias_that_another_field_takes_over() -> None:
    """A name that is a field's own, or another field's alias, is still found."""
    old = _record(ALIASED)
    for new in (_record(SENDER, _account("debtor", "Who owes.", "payer")), _record(SENDER, PAYER)):
        assert "FIELD_ALIAS_REMOVED" not in {finding.rule for finding in compare(old, new)}
