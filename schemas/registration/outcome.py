"""What became of one release in one subject."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from schemas.registration.plan import Action, Plan, PlannedVersion, SubjectPlan


class Happened(StrEnum):
    """What registration did, or in a dry run would do, with one release in one subject."""

    UNCHANGED = "unchanged"
    REGISTERED = "registered"
    LEVEL_SET = "level set"
    LEFT_OUT = "left out"
    ROLLBACK = "rollback asked"
    WOULD_REGISTER = "would register"
    WOULD_SET_LEVEL = "would set level"
    REFUSED = "refused"
    BLOCKED = "blocked"
    CONCURRENT = "registered beside another"
    DIFFERS = "kept otherwise"


COULD_NOT = frozenset({Happened.BLOCKED, Happened.CONCURRENT, Happened.DIFFERS})
CHANGED = frozenset(
    {Happened.REGISTERED, Happened.LEVEL_SET, Happened.CONCURRENT, Happened.DIFFERS, Happened.WOULD_REGISTER}
    | {Happened.WOULD_SET_LEVEL}
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One release in one subject; `version` and `schema_id` are None where the registry holds none.

    `notes` say why, one line each; for a refused schema the registry's reasons.
    """

    topic: str
    subject: str
    record: str
    release: int
    version: int | None
    schema_id: int | None
    level: str
    happened: Happened
    notes: tuple[str, ...] = ()


def outcome(
    subject: SubjectPlan,
    planned: PlannedVersion,
    happened: Happened,
    *,
    version: int | None = None,
    schema_id: int | None = None,
    notes: tuple[str, ...] = (),
) -> Outcome:
    """The outcome of one planned version."""
    return Outcome(
        topic=subject.topic,
        subject=subject.subject,
        record=subject.record,
        release=planned.release,
        version=version,
        schema_id=schema_id,
        level=subject.level.after,
        happened=happened,
        notes=notes,
    )


def standing(subject: SubjectPlan, planned: PlannedVersion, happened: Happened) -> Outcome:
    """The outcome of a version that needs nothing, with what the plan has to say of it."""
    notes = (*planned.notes, *level_notes(subject), *subject.notes)
    return outcome(subject, planned, happened, version=planned.version, schema_id=planned.schema_id, notes=notes)


def blocked(subject: SubjectPlan, planned: PlannedVersion, why: str) -> Outcome:
    """The outcome of a version that could not be sent."""
    known = {"version": planned.version, "schema_id": planned.schema_id} if not planned.pending else {}
    return outcome(subject, planned, Happened.BLOCKED, notes=(why,), **known)


def refused(subject: SubjectPlan, planned: PlannedVersion, reasons: tuple[str, ...]) -> Outcome:
    """The outcome of a version that the compatibility level refuses."""
    return outcome(subject, planned, Happened.REFUSED, notes=reasons or ("the registry gives no reason",))


def refused_by_rules(subject: SubjectPlan, reasons: tuple[str, ...]) -> tuple[Outcome, ...]:
    """The outcomes of a subject that the project's own rules refuse: nothing is sent, the level stays."""
    level = subject.level.before or "unset"
    return tuple(
        replace(refused(subject, planned, reasons), level=level)
        if planned.pending
        else replace(standing(subject, planned, unchanged_happened(subject, planned, Happened.UNCHANGED)), level=level)
        for planned in subject.versions
    )


def expected_outcomes(plan: Plan, refusals: Mapping[str, Sequence[str]] | None = None) -> tuple[Outcome, ...]:
    """What applying the plan would do, as far as the registry's answers of now tell.

    Args:
        refusals: Subjects that the project's own rules refuse, with their reasons.
    """
    expected: list[Outcome] = []
    for subject in plan.subjects:
        if reasons := tuple((refusals or {}).get(subject.subject, ())):
            expected += refused_by_rules(subject, reasons)
        else:
            expected += (_expected(subject, planned) for planned in subject.versions)
    return tuple(expected)


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """0 done, 1 refused by compatibility, 2 could not; a refusal comes first, since it blocks others."""
    happened = {entry.happened for entry in outcomes}
    if Happened.REFUSED in happened:
        return 1
    return 2 if happened & COULD_NOT else 0


def unchanged_happened(subject: SubjectPlan, planned: PlannedVersion, level_set: Happened) -> Happened:
    """What to call a version that is not sent."""
    if planned.action is Action.LEFT_OUT:
        return Happened.LEFT_OUT
    if subject.level.changes:
        return level_set
    return Happened.ROLLBACK if subject.action is Action.ROLLBACK else Happened.UNCHANGED


def _expected(subject: SubjectPlan, planned: PlannedVersion) -> Outcome:
    if subject.action is Action.BLOCKED:
        return blocked(subject, planned, subject.obstacle)
    if not planned.pending:
        return standing(subject, planned, unchanged_happened(subject, planned, Happened.WOULD_SET_LEVEL))
    if planned.compatible is False:
        return refused(subject, planned, planned.reasons)
    notes = (*planned.notes, *level_notes(subject), *subject.notes)
    return outcome(subject, planned, Happened.WOULD_REGISTER, version=planned.version, notes=notes)


def level_notes(subject: SubjectPlan) -> tuple[str, ...]:
    """How the level of a subject that exists already changes; a new subject's level stands in its row."""
    changes = subject.level.changes and bool(subject.known)
    return (f"level {subject.level.before or 'unset'} -> {subject.level.after}",) if changes else ()
