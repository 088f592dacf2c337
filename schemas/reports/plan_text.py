"""A registration plan as people read it."""

from collections.abc import Iterator, Sequence

from schemas.checking.change import CheckedChange
from schemas.checking.objection import objections
from schemas.printable import printable
from schemas.registration.plan import Action, Plan, PlannedVersion, SubjectPlan
from schemas.reports.text import difference_line, objection_lines

SIGNS = {Action.CREATE: "+", Action.NEW_VERSION: "+", Action.ROLLBACK: "!", Action.BLOCKED: "!"}


def plan_text(plan: Plan, changes: Sequence[CheckedChange], others: Sequence[str]) -> str:
    """Per subject what would happen, what the rules say of it, and in which order to deploy; then other subjects."""
    lines = [f"registry {plan.registry}"]
    if plan.missing:
        lines.append(f"not Confluent's: {'; '.join(plan.missing)}")
    for subject in plan.subjects:
        lines += ["", *_subject_lines(plan, subject, [one for one in changes if one.subject == subject.subject])]
    lines.append("")
    if others:
        lines.append(f"{len(others)} other subjects, not of this project: {', '.join(others[:20])}")
    lines.append(_summary(plan, changes))
    return "\n".join(map(printable, lines)) + "\n"


def _subject_lines(plan: Plan, subject: SubjectPlan, changes: Sequence[CheckedChange]) -> Iterator[str]:
    sign = SIGNS.get(subject.action, "~" if subject.level.changes else "=")
    yield f"{sign} {subject.subject}: {subject.action if subject.changes or sign == '!' else 'nothing to do'}"
    if subject.obstacle:
        yield f"    {subject.obstacle}"
    before = subject.level.before or "unset"
    yield (
        f"    level {before} -> {subject.level.after}" if subject.level.changes else f"    level {subject.level.after}"
    )
    yield from (f"    {note}" for note in subject.notes)
    if subject.deleted:
        yield f"    soft-deleted: version {', '.join(map(str, subject.deleted))}"
    by_release = dict(zip((planned.release for planned in subject.pending), changes, strict=False))
    for planned in subject.versions:
        yield f"    {_version_line(plan, planned)}"
        yield from (f"      {line}" for line in _version_lines(planned, by_release.get(planned.release)))


def _version_line(plan: Plan, planned: PlannedVersion) -> str:
    where = f"version {planned.version}" if planned.version else "no version"
    if not planned.pending:
        state = "registered" if planned.action is Action.NONE else planned.action
        return f"release {planned.release}: {state}, {where}, id {planned.schema_id}"
    known = planned.schema_id or expected_id(plan, planned)
    return f"release {planned.release}: {planned.action}, expected {where}, id {known or 'not given yet'}"


def expected_id(plan: Plan, planned: PlannedVersion) -> int | None:
    """The id that the same text with the same references already has in another subject."""
    for subject in plan.subjects:
        for other in subject.versions:
            same = (other.fingerprint, other.references) == (planned.fingerprint, planned.references)
            if same and other.schema_id is not None:
                return other.schema_id
    return None


def _version_lines(planned: PlannedVersion, change: CheckedChange | None) -> Iterator[str]:
    for reference in planned.references:
        yield f"refers to {reference.name} in {reference.subject}, version {reference.version or '?'}"
    yield from planned.notes
    if change is None:
        return
    yield from change.notes
    yield from (difference_line(difference) for difference in change.differences)
    if change.order is not None and change.differences:
        yield f"deploy: {change.order.sentence}"
    for objection in objections(change.findings):
        yield from objection_lines(change, objection)


def _summary(plan: Plan, changes: Sequence[CheckedChange]) -> str:
    if any(change.objects for change in changes) or plan.refused:
        return "refused: mend the change, or waive the finding in waivers.yaml with a reason and a last day"
    if plan.blocked:
        return "blocked: see above"
    return "changes: `fraud-schemas register` applies them" if plan.changes else "nothing to do"
