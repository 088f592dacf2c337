"""What a registry refuses, where the three parsers disagree."""

from typing import Any

import avro.errors
import avro.schema
import fastavro
import pytest

from schemas.evolution.validity import parser_problems, problems


def _record(*fields: Any, **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": "Txn", "namespace": "fraud.v1", "fields": list(fields)} | more


def _field(of: Any, **more: Any) -> dict[str, Any]:
    return _record({"name": "x", "type": of} | more)


def _decimal(**more: Any) -> dict[str, Any]:
    return _field({"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2} | more)


X = {"name": "x", "type": "int"}
CARD = {"type": "record", "name": "Card", "fields": [X]}
BARE = CARD | {"name": "Bare", "namespace": ""}
ENUM = {"type": "enum", "name": "E", "symbols": ["A"]}

REFUSED = {
    "int default as text": _field("int", default="0"),
    "union default of no branch": _field(["null", "string"], default=5),
    "string default null": _field("string", default=None),
    "enum default that is no symbol": _field(ENUM | {"default": "B"}),
    "array default as object": _field({"type": "array", "items": "int"}, default={}),
    "map default as array": _field({"type": "map", "values": "int"}, default=[]),
    "record default without a required field": _field(CARD, default={}),
    "int default beyond an int": _field("int", default=1 << 31),
    "boolean default as number": _field("boolean", default=0),
    "field twice": _record(X, X),
    "symbol twice": _field(ENUM | {"symbols": ["A", "A"]}),
    "branch twice": _field(["int", "int"]),
    "union in a union": _field(["null", ["int"]]),
    "field name with a dash": _record({"name": "a-b", "type": "int"}),
    "field name with a digit first": _record({"name": "1b", "type": "int"}),
    "field name not ASCII": _record({"name": "bé", "type": "int"}),
    "symbol with a dash": _field(ENUM | {"symbols": ["A-B"]}),
    "namespace with a dash": _record(X, namespace="my-team"),
    "name defined twice with two bodies": _record(
        {"name": "a", "type": CARD}, {"name": "b", "type": CARD | {"fields": []}}
    ),
    "unknown name": _field("fraud.v1.Strng"),
    "field without type": _record({"name": "x"}),
    "order that is none": _field("int", order="asc"),
    "enum without symbols": _field({"type": "enum", "name": "E"}),
    "fixed without size": _field({"type": "fixed", "name": "F"}),
    "record without fields": {"type": "record", "name": "R"},
    "record without name": {"type": "record", "fields": []},
    "a number": 5,
    "nothing": None,
    "aliases of a type as text": _record(X, aliases="fraud.v1.Old"),
    "aliases of a type null": _record(X, aliases=None),
    "alias of a type that is no text": _record(X, aliases=["fraud.v1.Old", 5]),
    "aliases of a field as text": _field("int", aliases="old"),
    "aliases of a field as object": _field("int", aliases={}),
    "alias of a field that is no text": _field("int", aliases=["old", 5]),
    "symbols as numbers": _field(ENUM | {"symbols": [1, 2]}),
    "symbols as text": _field(ENUM | {"symbols": "AB"}),
    "symbol null": _field(ENUM | {"symbols": ["A", None]}),
    "name with a dot first": _record({"name": "a", "type": BARE}, {"name": "b", "type": ".Bare"}),
    "name of no namespace used before it is defined": _record(
        {"name": "a", "type": "Bare"}, {"name": "b", "type": BARE}
    ),
}

ACCEPTED = {
    "double default as a whole number": _field("double", default=0),
    "float default NaN as text": _field("float", default="NaN"),
    "text null in a nullable": _field(["null", "string"], default="null"),
    "default of the second branch": _field(["string", "null"], default=None),
    "bytes default beyond a byte": _field("bytes", default="\u0100"),
    "enum field default that is no symbol": _field(ENUM, default="B"),
    "fixed default of another length": _field({"type": "fixed", "name": "F", "size": 4}, default="a"),
    "name defined twice with one body": _record({"name": "a", "type": CARD}, {"name": "b", "type": CARD}),
    "alias of another field": _record(X, {"name": "y", "type": "int", "aliases": ["x"]}),
    "logical type misspelt": _field({"type": "long", "logicalType": "timestamp_millis"}),
    "logical type on the field": _field("long", logicalType="timestamp-millis"),
    "decimal without precision": _field({"type": "bytes", "logicalType": "decimal"}),
    "decimal with more scale than precision": _field(
        {"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 4}
    ),
    "decimal with a scale that is no integer": _decimal(scale=2.0),
    "decimal with a precision that is no integer": _decimal(precision=10.0),
    "decimal with a scale that is true": _decimal(scale=True),
    "decimal with a scale that is false": _decimal(scale=False),
    "decimal with a scale as text": _decimal(scale="2"),
    "decimal with a scale below zero": _decimal(scale=-1),
    "decimal with a precision of zero": _decimal(precision=0, scale=0),
    "decimal with a precision below zero": _decimal(precision=-1, scale=0),
    "decimal without a scale": _decimal(scale=None),
    "decimal on a text with a scale that is no integer": _field(
        {"type": "string", "logicalType": "decimal", "precision": 10, "scale": 2.5}
    ),
    "decimal of more digits than a fixed holds": _field(
        {"type": "fixed", "name": "F", "size": 2, "logicalType": "decimal", "precision": 20}
    ),
    "timestamp on int": _field({"type": "int", "logicalType": "timestamp-millis"}),
    "empty record": _record(),
    "top-level union": ["null", "int"],
    "primitive": "string",
    "aliases of an array": _field({"type": "array", "items": "int", "aliases": "old"}),
    "no aliases, no symbols": _record({"name": "x", "type": ENUM | {"symbols": []}, "aliases": []}, aliases=[]),
}


@pytest.mark.parametrize("schema", REFUSED.values(), ids=REFUSED.keys())
def test_problems_refused_schema(schema: Any) -> None:
    """What Avro Java refuses with strict names and defaults has problems, each with a sentence."""
    found = problems(schema)
    assert found
    assert all(problem.message.endswith(".") for problem in found)


@pytest.mark.parametrize("schema", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_problems_accepted_schema(schema: Any) -> None:
    """What Avro Java accepts has none, however odd it is."""
    assert problems(schema) == ()


@pytest.mark.parametrize("schema", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_parser_problems_fastavro(schema: Any) -> None:
    """What the registry accepts and fastavro refuses is told, and nothing else."""
    try:
        fastavro.parse_schema(schema)
        refuses = False
    except fastavro.schema.SchemaParseException:
        refuses = True
    assert bool(parser_problems(schema)) == refuses


def test_parser_problems_used_before_defined() -> None:
    """A name that is used before it is defined is known to the registry and unknown to Python's parsers."""
    schema = _record({"name": "a", "type": ["null", "Card"], "default": None}, {"name": "b", "type": CARD})
    assert problems(schema) == ()
    assert parser_problems(schema)
    with pytest.raises(fastavro.schema.UnknownType):
        fastavro.parse_schema(schema)
    with pytest.raises(avro.errors.AvroException):
        avro.schema.make_avsc_object(schema)


def test_parser_problems_name_of_no_namespace() -> None:
    """A name of no namespace is known inside one to the registry, and unknown there to fastavro."""
    schema = _record({"name": "a", "type": BARE}, {"name": "b", "type": ["null", "Bare"], "default": None})
    assert problems(schema) == ()
    (problem,) = parser_problems(schema)
    assert problem.pointer == ("fields", 1, "type", 1)
    with pytest.raises(fastavro.schema.UnknownType):
        fastavro.parse_schema(schema)
    assert parser_problems(schema | {"namespace": ""}) == ()


@pytest.mark.parametrize(
    ("field", "pointer"),
    [
        ({"name": "y", "type": "int", "default": "0"}, ("fields", 1, "default")),
        ({"name": "y", "type": "int", "aliases": "z"}, ("fields", 1, "aliases")),
        ({"name": "y", "type": ENUM | {"symbols": [1]}}, ("fields", 1, "type", "symbols")),
    ],
)
def test_problems_pointer(field: Any, pointer: tuple[str | int, ...]) -> None:
    """A problem points at its place in the text."""
    (problem,) = problems(_record(X, field))
    assert problem.pointer == pointer
