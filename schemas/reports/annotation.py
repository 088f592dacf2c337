"""An objection at one line of one file, as editors and build servers want it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.checking.change import CheckedChange
from schemas.checking.objection import Objection, objections
from schemas.checking.project_rules import instead_of
from schemas.checking.schema_file import SchemaFile
from schemas.evolution.finding import Location, Severity
from schemas.printable import printable


@dataclass(frozen=True, slots=True)
class Annotation:
    """One objection at one place; every text is printable, and only the message has lines.

    Args:
        path: File, as it was given or relative to the checkout.
        line: From 1, as are the column and both ends; the end column is behind the last character.
        reason: Why it is waived; None if it is not.
    """

    subject: str
    rule: str
    severity: Severity
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    where: str
    message: str
    reason: str | None = None


def annotations(changes: Sequence[CheckedChange]) -> Iterator[Annotation]:
    """Every objection at its place in the schema in question, or in the earlier one where it has none there."""
    for change in changes:
        for objection in objections(change.findings):
            yield _annotation(change, objection)


def _annotation(change: CheckedChange, objection: Objection) -> Annotation:
    finding = objection.gravest
    file, location = _place(change, objection)
    document, position = file.document(location), file.position(location)
    before_end = document.text[: position.end]
    return Annotation(
        subject=printable(change.subject),
        rule=finding.rule,
        severity=finding.severity,
        path=printable(document.path),
        line=position.line,
        column=position.column,
        end_line=before_end.count("\n") + 1,
        end_column=position.end - (before_end.rfind("\n") + 1) + 1,
        where=printable(location.path),
        message=_message(objection),
        reason=printable(finding.waiver.reason) if finding.waiver else None,
    )


def _place(change: CheckedChange, objection: Objection) -> tuple[SchemaFile, Location]:
    finding = objection.gravest
    before = change.file_before(finding)
    if finding.new is None and finding.old is not None and before is not None:
        if change.now.load().root.kind == "record":
            return change.now, Location(finding.old.path, ())  # what was removed is shown where it is missing
        return before, finding.old
    return change.now, finding.new or Location("", ())


def _message(objection: Objection) -> str:
    finding = objection.gravest
    told = [f"{label}: {text}" if label else text for label, text in objection.consequences]
    instead = instead_of(finding.rule)
    lines = [finding.message, *told, *([f"Instead: {instead}"] if instead else [])]
    return "\n".join(map(printable, lines))
