"""What is an Avro schema, and what Confluent's registry 8 refuses."""

import json
from typing import Any

import pytest

from sandbox.registry.refusal import Refusal
from sandbox.registry.validity import parsed

INNER = {"type": "record", "name": "Inner", "fields": [{"name": "x", "type": "int"}]}


def _field(**field: Any) -> dict[str, Any]:
    return {"type": "record", "name": "R", "fields": [{"name": "f", **field}]}


REFUSED: tuple[tuple[str, Any], ...] = (
    ("int_default_as_text", _field(type="int", default="0")),
    ("int_default_fraction", _field(type="int", default=0.5)),
    ("int_default_boolean", _field(type="int", default=True)),
    ("union_default_of_no_branch", _field(type=["null", "string"], default=5)),
    ("string_default_null", _field(type="string", default=None)),
    ("array_default_object", _field(type={"type": "array", "items": "int"}, default={})),
    ("map_default_array", _field(type={"type": "map", "values": "int"}, default=[])),
    ("array_default_wrong_item", _field(type={"type": "array", "items": "int"}, default=["x"])),
    ("record_default_incomplete", _field(type=INNER, default={})),
    ("double_default_no_number", _field(type="double", default="many")),
    ("duplicate_field", {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}] * 2}),
    ("duplicate_symbol", {"type": "enum", "name": "E", "symbols": ["A", "A"]}),
    ("duplicate_branch", ["int", "int"]),
    ("duplicate_branch_of_maps", [{"type": "map", "values": "int"}, {"type": "map", "values": "string"}]),
    ("union_in_union", ["null", ["int"]]),
    ("symbol_with_dash", {"type": "enum", "name": "E", "symbols": ["A-B"]}),
    ("namespace_with_dash", {"type": "record", "name": "R", "namespace": "my-team", "fields": []}),
    ("enum_default_unknown", {"type": "enum", "name": "E", "symbols": ["A"], "default": "B"}),
    ("redefined_otherwise", ["null", INNER, {"type": "array", "items": {**INNER, "doc": "another"}}]),
    ("unknown_name", _field(type="Nowhere")),
    ("field_without_type", _field()),
    ("order_unknown", _field(type="int", order="asc")),
    ("fixed_without_size", {"type": "fixed", "name": "F"}),
    ("record_without_fields", {"type": "record", "name": "R"}),
    ("array_without_items", {"type": "array"}),
    ("number", 5),
    ("null", None),
)

TAKEN: tuple[tuple[str, Any], ...] = (
    ("double_default_integer", _field(type="double", default=0)),
    ("double_default_infinity", _field(type="double", default="-Infinity")),
    ("union_default_of_second_branch", _field(type=["string", "null"], default=None)),
    ("enum_field_default_not_a_symbol", _field(type={"type": "enum", "name": "E", "symbols": ["A"]}, default="B")),
    (
        "record_default_with_inner_default",
        _field(type={**INNER, "fields": [{"name": "x", "type": "int", "default": 1}]}, default={}),
    ),
    ("redefined_identically", [INNER, {"type": "array", "items": INNER}]),
    (
        "recursive",
        {"type": "record", "name": "N", "fields": [{"name": "next", "type": ["null", "N"], "default": None}]},
    ),
    ("timestamp_on_int", _field(type={"type": "int", "logicalType": "timestamp-millis"})),
    ("empty_record", {"type": "record", "name": "R", "fields": []}),
    ("order_of_any_case", _field(type="int", order="DESCENDING")),
)


@pytest.mark.parametrize("schema", [pytest.param(schema, id=name) for name, schema in REFUSED])
def test_text_that_is_no_schema(schema: Any) -> None:
    """What strict Avro refuses is 42201."""
    with pytest.raises(Refusal) as raised:
        parsed(json.dumps(schema), strict=True)
    assert (raised.value.status, raised.value.code) == (422, 42201)


@pytest.mark.parametrize("schema", [pytest.param(schema, id=name) for name, schema in TAKEN])
def test_text_that_is_a_schema(schema: Any) -> None:
    """What Avro takes, however odd, is taken."""
    assert parsed(json.dumps(schema), strict=True) == schema


def test_names_and_defaults_at_look_up() -> None:
    """A look-up does not judge names and defaults, so that old schemas of a lenient registry are found."""
    for schema in (_field(type="int", default="x"), {"type": "record", "name": "a-b", "fields": []}):
        assert parsed(json.dumps(schema), strict=False) == schema


def test_name_defined_by_a_reference() -> None:
    """A name that a referenced schema defines may be used."""
    schema = _field(type="Inner")
    assert parsed(json.dumps(schema), [INNER], strict=True) == schema
