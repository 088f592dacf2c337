"""Whether two texts are the same schema."""

import json

import pytest

from schemas.registry.comparison import same_schema, with_full_names

BASE = {
    "type": "record",
    "name": "Payment",
    "namespace": "fraud",
    "aliases": ["OldPayment"],
    "fields": [
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A"], "default": "A"}, "doc": "Kind."},
        {"name": "again", "type": {"type": "array", "items": "fraud.Kind"}},
        {"name": "by_name", "type": {"type": "map", "values": "fraud.Other"}},
        {"name": "maybe", "type": ["null", "fraud.Kind"], "default": None},
        {"name": "hash", "type": {"type": "fixed", "name": "deep.Hash", "size": 2}},
    ],
}
RELATIVE = json.dumps(BASE).replace('"fraud.Kind"', '"Kind"').replace('"fraud.Other"', '"Other"')
FULL = json.dumps({key: value for key, value in BASE.items() if key != "namespace"}).replace(
    '"Payment"', '"fraud.Payment"'
)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(json.dumps(BASE, indent=4), id="white space"),
        pytest.param(json.dumps(BASE, sort_keys=True), id="order of keys"),
        pytest.param(RELATIVE, id="names relative to the namespace"),
        pytest.param(FULL, id="full name instead of name and namespace"),
        pytest.param(json.dumps(BASE).replace('"OldPayment"', '"fraud.OldPayment"'), id="full alias"),
        pytest.param(json.dumps(BASE).replace('"items": "fraud.Kind"', '"items": {"type": "Kind"}'), id="lone type"),
    ],
)
def test_same_schema_written_otherwise_is_the_same(other):
    """What registries do to a text does not make it another schema."""
    assert same_schema(json.dumps(BASE), other)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param('"Kind."', '"Sort."', id="doc"),
        pytest.param('"OldPayment"', '"OlderPayment"', id="alias"),
        pytest.param(', "default": "A"', "", id="enum default"),
        pytest.param('"size": 2', '"size": 3', id="size"),
        pytest.param('"fraud.Kind"', '"other.Kind"', id="name"),
        pytest.param('"namespace": "fraud"', '"namespace": "farud"', id="namespace"),
        pytest.param('"default": null', '"default": null, "pii": true', id="property"),
    ],
)
def test_change_that_a_registry_may_drop_is_a_difference(before, after):
    """Docs, aliases and defaults count: a registry that drops them holds another schema."""
    assert before in json.dumps(BASE)
    assert not same_schema(json.dumps(BASE), json.dumps(BASE).replace(before, after))


def test_text_that_is_no_json_differs():
    """Broken text is the same only as itself."""
    assert same_schema("{", "{")
    assert not same_schema("{", json.dumps(BASE))


def test_names_below_another_namespace_are_relative_to_it():
    """A nested named type with a namespace of its own gives it to the names inside."""
    inner = {"type": "record", "name": "deep.Inner", "fields": [{"name": "own", "type": "Hash"}]}
    outer = {"type": "record", "name": "fraud.Outer", "fields": [{"name": "inner", "type": inner}]}
    resolved = with_full_names(outer)
    assert resolved["fields"][0]["type"]["fields"][0]["type"] == "deep.Hash"
