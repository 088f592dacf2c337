"""The standard verdict against that of the `avro` package, on random pairs.

Known difference, left out: a field whose aliases match several fields of the writer. Avro Java throws there and so the
registry refuses; the `avro` package takes the first. Type aliases are generated with their namespace, as the package
takes an alias without one for a name without a namespace, and Avro Java for one in the type's own.
"""

import json
from typing import Any

import avro.errors
import avro.schema
import pytest
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.evolution import IncompatibilityKind, Severity, compare, incompatibilities, load
from schemas.evolution.finding import Direction
from schemas.evolution.resolution import Resolver
from tests.schemas.evolution.random_schemas import changed, schemas

_UNSETTLED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def _parsed(schema: Any) -> avro.schema.Schema | None:
    try:
        return avro.schema.parse(json.dumps(schema))
    except (avro.errors.AvroException, AttributeError):
        return None


def _agree(reader: Any, writer: Any) -> bool:
    """Compares the two verdicts; returns whether the pair could be judged at all."""
    resolver = Resolver()
    ours = resolver.incompatibilities(load(reader).root, load(writer).root)
    met = [found for pair in resolver._found.values() for found in pair or ()]
    if any(found.kind is IncompatibilityKind.READER_FIELD_AMBIGUOUS for found in met):
        return False
    reader_schema, writer_schema = _parsed(reader), _parsed(writer)
    if reader_schema is None or writer_schema is None:
        return False
    verdict = ReaderWriterCompatibilityChecker().get_compatibility(reader_schema, writer_schema)
    assert (not ours) == (verdict.compatibility is SchemaCompatibilityType.compatible), (reader, writer, ours)
    return True


@st.composite
def families(draw: Any) -> list[Any]:
    """Two unrelated schemas, and two changed from the first."""
    first = draw(schemas())
    return [first, draw(changed(first)), draw(changed(first)), draw(schemas())]


def _judge(family: list[Any]) -> int:
    return sum(_agree(reader, writer) for reader in family for writer in family)


@settings(max_examples=150, deadline=None, suppress_health_check=_UNSETTLED)
@given(families())
def test_verdict_random_pairs(family: list[Any]) -> None:
    """The standard verdict is that of the `avro` package."""
    _judge(family)


@pytest.mark.campaign
def test_verdict_many_random_pairs() -> None:
    """On more than 20,000 random pairs the standard verdict is that of the `avro` package."""
    judged = 0

    @settings(max_examples=3000, deadline=None, suppress_health_check=_UNSETTLED, database=None)
    @given(families())
    def search(family: list[Any]) -> None:
        nonlocal judged
        judged += _judge(family)

    search()
    assert judged > 20_000


@settings(max_examples=150, deadline=None, suppress_health_check=_UNSETTLED)
@given(families())
def test_compare_random_pairs(family: list[Any]) -> None:
    """What Avro cannot read is an error in that direction, and `compare` never raises.

    Left out: schemas that cannot even read their own data, by an alias that names another of their fields. That is told
    where it is introduced.
    """
    sound = [schema for schema in family if not incompatibilities(schema, schema)]
    for old in sound:
        for new in sound:
            findings = compare(old, new)
            for direction, reader, writer in ((Direction.BACKWARD, new, old), (Direction.FORWARD, old, new)):
                errors = [f for f in findings if f.direction is direction and f.severity is Severity.ERROR]
                assert errors or not incompatibilities(reader, writer), (direction, old, new)


@settings(max_examples=150, deadline=None, suppress_health_check=_UNSETTLED)
@given(schemas())
def test_compare_same_schema(schema: Any) -> None:
    """A schema has nothing to object to itself, whatever is wrong with it."""
    assert compare(schema, json.dumps(schema)) == ()
