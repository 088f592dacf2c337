"""Aliases, names defined twice, and all else that a parser refuses."""

from collections.abc import Iterable
from typing import Final

from schemas.evolution.finding import Location, Severity
from schemas.evolution.model import NAMED
from schemas.evolution.places import Place
from schemas.evolution.rule import BACKWARD_ONLY, Lint, Remark, Remarks, Rule, Scope
from schemas.evolution.validity import Problem, ProblemKind


def _alias(lint: Lint, place: Place) -> Remarks:  # noqa: ARG001 - every lint check has the same signature
    if place.type.kind == "record":
        yield from _field_aliases(place)
    if place.type.kind not in NAMED:
        return
    for written, qualified in zip(place.type.written_aliases, place.type.aliases, strict=True):
        if qualified == place.type.name:
            yield Remark(
                f"Alias {written} of {place.type.name} is its own name.",
                "It does nothing, or breaks consumers, by engine.",
                about=place.type,
            )
        elif "." not in written and "." in place.type.name:
            yield Remark(
                f"Alias {written} of {place.type.name} has no namespace.",
                f"Avro Java reads it as {qualified}; Python's avro takes it as written, and finds nothing.",
                about=place.type,
            )


def _field_aliases(place: Place) -> Remarks:
    names = {field.name for field in place.type.fields}
    owners: dict[str, str] = {}
    for field in place.type.fields:
        for alias in field.aliases:
            wrong = _clash(alias, field.name, names, owners)
            if wrong:
                yield Remark(
                    f"Alias {alias} of {place.path}.{field.name} {wrong}.",
                    "Avro Java refuses to read older records, or renames the wrong field; fastavro takes the alias "
                    "over the exact name, or raises KeyError.",
                    location=Location(f"{place.path}.{field.name}", field.pointer, place.type.document),
                    about=field,
                )
            owners.setdefault(alias, field.name)


def _clash(alias: str, own: str, names: Iterable[str], owners: dict[str, str]) -> str:
    if alias == own:
        return "is its own name"
    if alias in names:
        return "is the name of another field that is in use"
    return f"is an alias of {owners[alias]} as well" if owners.get(alias, own) != own else ""


def _defined_twice(lint: Lint) -> Remarks:
    for problem in (*lint.problems, *lint.parser_problems):
        if problem.kind is ProblemKind.NAME_DEFINED_TWICE:
            yield _remark(lint, problem, "Parsers refuse it, or take whichever definition they meet first.")


def _invalid(lint: Lint) -> Remarks:
    for problem in lint.problems:
        if problem.kind not in (ProblemKind.NAME_DEFINED_TWICE, ProblemKind.DEFAULT):
            yield _remark(lint, problem, "The registry refuses the schema (42201).")


def _parsers_disagree(lint: Lint) -> Remarks:
    for problem in lint.parser_problems:
        if problem.kind is ProblemKind.PARSER:
            yield _remark(lint, problem, "The registry accepts it, and Python consumers cannot even load it.")


def _remark(lint: Lint, problem: Problem, consequence: str) -> Remark:
    """A remark at the nearest place above the problem."""
    pointer = problem.pointer
    while pointer and (problem.document, pointer) not in lint.by_pointer:
        pointer = pointer[:-1]
    place = lint.by_pointer.get((problem.document, pointer))
    path = place.path if place else lint.schema.title
    about = (place.field or place.type) if place else lint.schema.root
    message = f"{path}: {problem.message}"
    location = Location(path, problem.pointer, problem.document)
    return Remark(message, consequence, location=location, about=about, reason=problem.message)


RULES: Final = (
    Rule(
        "ALIAS_INVALID",
        "Checks that an alias is a former name: qualified for a type, and no name in use.",
        Severity.ERROR,
        Scope.LINT_PLACE,
        _alias,
        "Write the former full name for a type; remove an alias whose name is taken again.",
        BACKWARD_ONLY,
    ),
    Rule(
        "NAME_DEFINED_TWICE",
        "Checks that no full name is defined twice, in one schema or across those it refers to.",
        Severity.ERROR,
        Scope.LINT_SCHEMA,
        _defined_twice,
        "Define it once, and use its name elsewhere.",
        at_any_level=True,
    ),
    Rule(
        "SCHEMA_INVALID",
        "Checks that a registry with strict names and defaults accepts the schema.",
        Severity.ERROR,
        Scope.LINT_SCHEMA,
        _invalid,
        "Mend it; a schema valid on Confluent 7 can be refused by Confluent 8.",
        at_any_level=True,
    ),
    Rule(
        "SCHEMA_PARSERS_DISAGREE",
        "Checks that what the registry accepts, Python's parsers accept as well.",
        Severity.ERROR,
        Scope.LINT_SCHEMA,
        _parsers_disagree,
        "Write it the way all parsers accept: names defined before they are used, decimals that fit.",
        at_any_level=True,
    ),
)
