"""What is wrong with one schema, whatever came before it."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from schemas.evolution.catalogue import RULES
from schemas.evolution.finding import Direction, Finding
from schemas.evolution.loader import SchemaSource, load
from schemas.evolution.model import AvroField, Pointer, Schema
from schemas.evolution.order import in_order
from schemas.evolution.places import Place, places
from schemas.evolution.policy import DEFAULT_POLICY, Policy
from schemas.evolution.rule import Lint, Remark, Rule, Scope
from schemas.evolution.validity import parser_problems, problems

_PLACE_RULES: Final = tuple(rule for rule in RULES if rule.scope is Scope.LINT_PLACE)
_SCHEMA_RULES: Final = tuple(rule for rule in RULES if rule.scope is Scope.LINT_SCHEMA)


def lint(schema: SchemaSource, *, policy: Policy = DEFAULT_POLICY) -> tuple[Finding, ...]:
    """Everything the lint rules object to in `schema`, gravest first.

    Raises:
        SchemaTextError: a text that is not JSON. Nothing else: a schema that no parser accepts has findings.
    """
    return in_order(
        Finding(
            rule.id,
            remark.severity or rule.severity,
            Direction.NONE,
            None,
            remark.location or place.location,
            remark.message,
            remark.consequence,
        )
        for rule, place, remark in lint_remarks(load(schema), policy, references=False)
    )


def lint_remarks(
    schema: Schema, policy: Policy, *, references: bool, without: Collection[int] = ()
) -> Iterator[tuple[Rule, Place, Remark]]:
    """Every remark of a lint rule with the place it was made at.

    Args:
        references: Whether to look into the references as well.
        without: Identities of fields to pass over.
    """
    visited = list(places(schema, references=references))
    subject = _subject(schema, policy, visited, references=references)
    yield from _of_places(
        subject, [place for place in visited if id(place.field) not in without], references=references
    )
    for rule in _SCHEMA_RULES:
        for remark in rule.check(subject):
            yield rule, visited[0], remark


def _subject(schema: Schema, policy: Policy, visited: Sequence[Place], *, references: bool) -> Lint:
    by_pointer: dict[tuple[int, Pointer], Place] = {}
    for place in visited:
        location = place.field_location
        by_pointer.setdefault((location.document, location.pointer), place)
    refused = problems(schema, references=references)
    return Lint(schema, policy, by_pointer, refused, parser_problems(schema, references=references))


def _of_places(subject: Lint, visited: Sequence[Place], *, references: bool) -> Iterator[tuple[Rule, Place, Remark]]:
    seen: set[int] = set()
    for place in visited:
        opens = id(place.type) not in seen and (references or place.type.document == 0)
        seen.add(id(place.type))
        for rule in _PLACE_RULES:
            for remark in rule.check(subject, place):
                about = remark.about or place.type
                # What is said about a named type is said where it is met first.
                if opens or isinstance(about, AvroField):
                    yield rule, place, remark
