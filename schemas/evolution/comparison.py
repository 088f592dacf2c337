"""What a change of a schema does to those who read and write."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from schemas.evolution.catalogue import RULES
from schemas.evolution.finding import Direction, Finding, Location, Severity
from schemas.evolution.former_names import former_names
from schemas.evolution.history import History
from schemas.evolution.levels import is_transitive, promised
from schemas.evolution.linting import lint_remarks
from schemas.evolution.loader import SchemaSource, load
from schemas.evolution.model import Schema
from schemas.evolution.order import gravity, in_order
from schemas.evolution.places import root_of
from schemas.evolution.policy import DEFAULT_POLICY, Policy
from schemas.evolution.reading import FieldReading, Reading, TypeReading, UnionReading, View
from schemas.evolution.rule import Remark, Rule, SchemaPair, Scope
from schemas.evolution.walk import Walk

_OF_READING: Final[Mapping[type[Reading], tuple[Rule, ...]]] = {
    TypeReading: tuple(rule for rule in RULES if rule.scope is Scope.TYPE),
    FieldReading: tuple(rule for rule in RULES if rule.scope is Scope.FIELD),
    UnionReading: tuple(rule for rule in RULES if rule.scope is Scope.UNION),
}
_OF_SCHEMAS: Final = tuple(rule for rule in RULES if rule.scope is Scope.SCHEMAS)
_OF_HISTORY: Final = tuple(rule for rule in RULES if rule.scope is Scope.HISTORY)
_AT_ANY_LEVEL: Final = frozenset(rule.id for rule in RULES if rule.at_any_level)
_NEVER: Final = 99
_NAMES: Final = ("the old schema", "the new schema")


def compare(
    old: SchemaSource,
    new: SchemaSource,
    level: str = "FULL",
    *,
    key: bool = False,
    policy: Policy = DEFAULT_POLICY,
    names: tuple[str, str] = _NAMES,
) -> tuple[Finding, ...]:
    """Every objection to replacing `old` by `new`, gravest first.

    Each finding has one direction; what bites in both is two findings, with the same rule and message. A direction that
    `level` does not promise gives notes, but for rules that hold at any level. Lint findings are there only where the
    change introduces them.

    Args:
        level: BACKWARD, FORWARD, FULL or NONE; the transitive ones count as their plain ones, see `compare_history`.
        key: The schemas are those of a record's key.
        names: What the two are called in sentences, for example version 1 and version 2.

    Raises:
        SchemaTextError: one of them is a text that is not JSON. A schema that parses never raises.
        ContractError: there is no such level.
    """
    return _compared(load(old), load(new), promised(level), View(Direction.BACKWARD, policy, *names), is_key=key)


def compare_history(
    history: Sequence[SchemaSource],
    new: SchemaSource,
    level: str = "FULL_TRANSITIVE",
    *,
    key: bool = False,
    policy: Policy = DEFAULT_POLICY,
) -> tuple[Finding, ...]:
    """Every objection to adding `new` to `history`, gravest first; findings name the version they are about.

    A transitive level compares with every version, any other with the newest. An objection that several versions give
    rise to is told once, for the newest of them. Names of fields that were removed are looked for in all versions.

    Args:
        history: Earlier versions, oldest first; version 1 is the first. Soft-deleted ones belong to it.

    Raises:
        SchemaTextError: one of them is a text that is not JSON.
        ContractError: there is no such level.
    """
    earlier, after = [load(schema) for schema in history], load(new)
    directions, whole = promised(level), History(earlier, after)
    past, last = former_names(whole), len(earlier)
    versions = range(last, 0, -1) if is_transitive(level) else range(last, max(last - 1, 0), -1)
    found: dict[tuple[object, ...], Finding] = {}
    for version in versions:
        names = (f"version {version}", f"version {last + 1}")
        view = View(Direction.BACKWARD, policy, *names, past)
        for finding in _compared(earlier[version - 1], after, directions, view, is_key=key):
            told = (finding.rule, finding.direction, finding.old, finding.new, finding.message)
            found.setdefault(told, replace(finding, old_version=version))
    again = _under_level(_history(whole), directions)
    return in_order([*found.values(), *again])


def _compared(
    before: Schema, after: Schema, directions: Sequence[Direction], backward: View, *, is_key: bool
) -> tuple[Finding, ...]:
    if _identical(before, after):
        return ()
    found: list[Finding] = []
    walks = [Walk(view) for view in (backward, replace(backward, direction=Direction.FORWARD))]
    for walk in walks:
        found.extend(_differences(walk, before, after))
        found.extend(_wholes(SchemaPair(walk.view, before, after, is_key)))
    found.extend(_introduced(before, after, walks[0], backward.policy))
    return in_order(_under_level(found, directions))


def _identical(before: Schema, after: Schema) -> bool:
    """Whether the two are the same text, spaces aside, with nothing outside it that could differ."""
    if before.foreign or after.foreign:
        return False
    try:
        return repr(before.value) == repr(after.value)  # unlike ==, tells 0, 0.0 and false apart
    except RecursionError:
        return False


def _differences(walk: Walk, before: Schema, after: Schema) -> Iterator[Finding]:
    backward = walk.view.is_backward
    reader, writer = (after, before) if backward else (before, after)
    for reading in walk.readings(root_of(reader), root_of(writer)):
        for rule in _OF_READING[type(reading)]:
            for remark in rule.check(reading):
                yield _finding(rule, remark, walk.view.direction, _old(reading), _new(reading))


def _old(reading: Reading) -> Location | None:
    return _location(reading, is_old=True)


def _new(reading: Reading) -> Location | None:
    return _location(reading, is_old=False)


def _location(reading: Reading, *, is_old: bool) -> Location | None:
    place, counterpart = (reading.old, reading.new) if is_old else (reading.new, reading.old)
    if isinstance(reading, FieldReading):
        if place is None and counterpart is not None:
            place = reading.counterpart
        return place.field_location if place else None
    return place.location if place else None


def _wholes(pair: SchemaPair) -> Iterator[Finding]:
    old, new = root_of(pair.old).location, root_of(pair.new).location
    for rule in _OF_SCHEMAS:
        for remark in rule.check(pair):
            yield _finding(rule, remark, pair.view.direction, old, new)


def _introduced(before: Schema, after: Schema, walk: Walk, policy: Policy) -> Iterator[Finding]:
    """Lint remarks about the new schema, without those that the old one deserved at the same place."""
    remarks = list(lint_remarks(after, policy, references=True, without=walk.unchanged))
    if not remarks:
        return
    deserved: dict[tuple[str, str, int], int] = {}
    for rule, place, remark in lint_remarks(before, policy, references=True):
        told = (rule.id, remark.reason, id(remark.about or place.type))
        deserved[told] = min(deserved.get(told, gravity(Severity.NOTE)), gravity(_introducing(rule, remark)))
    for rule, place, remark in remarks:
        former = walk.aligned.get(id(remark.about or place.type))
        severity = _introducing(rule, remark)
        if former is not None and deserved.get((rule.id, remark.reason, id(former)), _NEVER) <= gravity(severity):
            continue
        milder = replace(remark, severity=severity)
        for direction in rule.directions:
            yield _finding(rule, milder, direction, None, remark.location or place.location)


def _introducing(rule: Rule, remark: Remark) -> Severity:
    """How grave a lint remark is where a change introduces it."""
    return remark.introduced or remark.severity or rule.severity


def _history(history: History) -> Iterator[Finding]:
    for rule in _OF_HISTORY:
        for remark in rule.check(history):
            for direction in rule.directions:
                yield _finding(rule, remark, direction, None, remark.location)


def _finding(rule: Rule, remark: Remark, direction: Direction, old: Location | None, new: Location | None) -> Finding:
    severity = remark.severity or rule.severity
    consequence = remark.consequence[:1].upper() + remark.consequence[1:]
    return Finding(rule.id, severity, direction, old, new, remark.message, consequence)


def _under_level(findings: Sequence[Finding] | Iterator[Finding], directions: Sequence[Direction]) -> list[Finding]:
    """Notes for directions that the level does not promise, unless the same is said for one that it does.

    What no level excuses stays as grave as it is.
    """
    kept: list[Finding] = []
    everything = list(findings)
    asked = {(finding.rule, finding.message) for finding in everything if finding.direction in directions}
    for finding in everything:
        if finding.direction in directions:
            kept.append(finding)
        elif (finding.rule, finding.message) not in asked:
            kept.append(finding if finding.rule in _AT_ANY_LEVEL else replace(finding, severity=Severity.NOTE))
    return kept
