"""The report for people: first what happens to the data, then where."""

from collections.abc import Iterator, Sequence

from schemas.checking.change import CheckedChange, Standard
from schemas.checking.differences import Change, Difference
from schemas.checking.objection import Objection, objections
from schemas.checking.project_rules import PROJECT_RULES, instead_of
from schemas.checking.schema_file import SchemaFile
from schemas.evolution.finding import Location, Severity
from schemas.printable import printable
from schemas.reports.excerpt import excerpt

SIGNS = {Change.ADDED: "+", Change.REMOVED: "-", Change.CHANGED: "~"}
SURROUNDINGS = frozenset(rule.id for rule in PROJECT_RULES)
FIRST = 3
"""Objections told in the headline; the rest follow in detail."""


def text_report(changes: Sequence[CheckedChange]) -> str:
    """The whole report."""
    return "\n\n".join("\n".join(map(printable, change_lines(change))) for change in changes) + "\n"


def change_lines(change: CheckedChange) -> Iterator[str]:
    """One change: headline, order of deployment, differences, then every objection with its lines."""
    told = objections(change.findings)
    yield from headline(change, told)
    if change.order is not None and change.differences:
        yield f"  deploy: {change.order.sentence}"
    yield from (f"  note: {note}" for note in change.notes)
    yield from (f"  {difference_line(difference)}" for difference in change.differences)
    for objection in told:
        yield ""
        yield from objection_lines(change, objection)


def headline(change: CheckedChange, told: Sequence[Objection]) -> Iterator[str]:
    """What happens to the data, before anything else."""
    names = f"{change.before.name} -> {change.now.name}" if change.before else change.now.name
    yield _verdict(change)
    yield f"  {names}" if change.subject == change.now.name else f"  {change.subject}: {names}"
    errors = [one for one in told if one.gravest.counts]
    for objection in errors[:FIRST]:
        for label, consequence in objection.consequences[:2]:
            yield f"  ! {label + ': ' if label else ''}{consequence}"
    if len(errors) > FIRST:
        yield f"  ! and {len(errors) - FIRST} more, below"
    counts = ", ".join(_counted(change.count(severity), severity) for severity in Severity)
    waived = len({(f.rule, f.message) for f in change.findings if f.waiver})
    yield f"  {counts}{f', {waived} waived' if waived else ''}{_registry(change)}"


def objection_lines(change: CheckedChange, objection: Objection) -> Iterator[str]:
    """One objection: rule and message, what comes of it, the lines of both schemas, what to do instead."""
    finding = objection.gravest
    waived = f" (waived until {finding.waiver.expires}: {finding.waiver.reason})" if finding.waiver else ""
    yield f"{finding.severity} {finding.rule}{waived}"
    yield f"  {finding.message}"
    for label, consequence in objection.consequences:
        yield f"  {label + ': ' if label else ''}{consequence}"
    for file, location in places_of(change, objection):
        position = file.position(location)
        document = file.document(location)
        yield f"  {document.path}:{position.line}:{position.column}"
        yield from (f"    {line}" for line in excerpt(document.text, position))
    if instead := instead_of(finding.rule):
        yield f"  instead: {instead}"


def places_of(change: CheckedChange, objection: Objection) -> Iterator[tuple[SchemaFile, Location]]:
    """Files and places of an objection: in the earlier version, then in this one."""
    finding = objection.gravest
    before = change.file_before(finding)
    if finding.old is not None and before is not None:
        yield before, finding.old
    if finding.new is not None:
        yield change.now, finding.new


def difference_line(difference: Difference) -> str:
    """One difference, for example `+ channel: enum Channel {…}`."""
    before_and_after = " -> ".join(filter(None, (difference.before, difference.after)))
    return f"{SIGNS[difference.change]} {difference.path}: {before_and_after}"


def _verdict(change: CheckedChange) -> str:
    if not change.objects:
        return "CARE" if change.count(Severity.WARNING) else "OK"
    if _is_about_one_schema(change):
        return "REFUSED"
    if change.standard is Standard.ACCEPTS:
        return "DANGER: values change silently, and a registry lets it through"
    return "BREAKS: one side can no longer read the other"


def _is_about_one_schema(change: CheckedChange) -> bool:
    """Whether the schema by itself, or its surroundings, is wrong, whatever becomes of values."""
    counted = {finding.rule for finding in change.findings if finding.counts}
    return change.invalid or change.standard is Standard.NOT_ASKED or counted <= SURROUNDINGS


def _registry(change: CheckedChange) -> str:
    if change.standard is Standard.NOT_ASKED:
        return ""
    return f" under {change.level}; a registry's own check {change.standard} it"


def _counted(count: int, severity: Severity) -> str:
    return f"{count} {severity}{'' if count == 1 else 's'}"
