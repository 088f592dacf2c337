"""The canonical text of a schema."""

import json
from typing import Any

import pytest

from sandbox.registry.canonical import canonical, text_of
from sandbox.registry.validity import parsed
from schemas.manifest import load_manifest
from schemas.serdes.pinned import pinned
from schemas.serdes.self_contained import self_contained

ADDRESS = {"type": "record", "name": "Address", "fields": [{"name": "zip", "type": "string"}]}
INT_FIELD = {"name": "a", "type": "int"}

CASES: tuple[tuple[str, Any, Any], ...] = (
    ("primitive_as_object", {"type": "int"}, "int"),
    ("primitive_with_property", {"type": "long", "logicalType": "date"}, {"type": "long", "logicalType": "date"}),
    (
        "full_name",
        {"type": "record", "name": "bank.Payment", "fields": [INT_FIELD]},
        {"type": "record", "name": "Payment", "namespace": "bank", "fields": [INT_FIELD]},
    ),
    (
        "attributes_in_order",
        {"fields": [INT_FIELD], "doc": "d", "owner": "x", "aliases": ["Old"], "name": "P", "type": "record"},
        {"type": "record", "name": "P", "doc": "d", "fields": [INT_FIELD], "owner": "x", "aliases": ["Old"]},
    ),
    (
        "names_relative_to_the_namespace",
        {
            "type": "record",
            "name": "P",
            "namespace": "bank",
            "fields": [
                {"name": "home", "type": {**ADDRESS, "namespace": "bank"}},
                {"name": "work", "type": "bank.Address"},
            ],
        },
        {
            "type": "record",
            "name": "P",
            "namespace": "bank",
            "fields": [{"name": "home", "type": ADDRESS}, {"name": "work", "type": "Address"}],
        },
    ),
    (
        "ascending_order_is_the_default",
        {"type": "record", "name": "P", "fields": [{**INT_FIELD, "order": "ascending"}]},
        {"type": "record", "name": "P", "fields": [INT_FIELD]},
    ),
    (
        "union_in_an_array",
        {"type": "array", "items": ["null", {"type": "string"}]},
        {"type": "array", "items": ["null", "string"]},
    ),
    (
        "default_of_an_enum",
        {"default": "A", "symbols": ["A"], "name": "E", "type": "enum"},
        {"type": "enum", "name": "E", "symbols": ["A"], "default": "A"},
    ),
)


@pytest.mark.parametrize(("written", "expected"), [pytest.param(a, b, id=name) for name, a, b in CASES])
def test_canonical_form(written: Any, expected: Any) -> None:
    """A schema is written with its attributes in Avro Java's order and its names as short as can be."""
    assert list(json.dumps(canonical(written))) == list(json.dumps(expected))


@pytest.mark.parametrize(("written", "expected"), [pytest.param(a, b, id=name) for name, a, b in CASES])
def test_canonical_form_of_a_canonical_form(written: Any, expected: Any) -> None:
    """What is canonical stays as it is."""
    assert canonical(canonical(written)) == expected


@pytest.mark.parametrize("topic", [contract.topic for contract in load_manifest()])
def test_contract_keeps_its_meaning(topic: str) -> None:
    """The canonical text of a contract resolves to the same types as the released text."""
    release = pinned(topic)
    referenced = [reference.text for reference in release.references]
    node = parsed(release.text, [json.loads(text) for text in referenced], strict=True)
    assert self_contained(text_of(canonical(node)), referenced) == release.schema
