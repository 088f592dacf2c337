"""A registration plan, judged by the rules before the registry is asked to write anything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from schemas.checking.change import CheckedChange
from schemas.checking.objection import objections
from schemas.checking.registered_history import registered_versions, schema_file
from schemas.checking.schema_file import SchemaFile
from schemas.checking.subjects import ContractHistory
from schemas.registration.plan import Plan, PlannedVersion, SubjectPlan
from schemas.registry.client import RegistryClient


def check_plan(client: RegistryClient, plan: Plan, histories: Sequence[ContractHistory]) -> tuple[CheckedChange, ...]:
    """Every release a plan would register, against all that its subject holds and all planned before it.

    Soft-deleted versions count, and the level is the one the plan is about to set.

    Raises:
        RegistryError: the registry is away or refuses.
        ContractError: a text cannot be read.
    """
    by_subject = {history.subject: history for history in histories}
    return tuple(
        change
        for subject in plan.subjects
        if subject.pending and subject.subject in by_subject
        for change in _subject_changes(client, subject, by_subject[subject.subject])
    )


def _subject_changes(client: RegistryClient, subject: SubjectPlan, history: ContractHistory) -> Iterator[CheckedChange]:
    held, _ = registered_versions(client, subject.subject)
    earlier: list[SchemaFile] = [schema_file(client, version) for version in held]
    for planned in subject.pending:
        now = history.released[planned.release - 1]
        change = history.check(earlier, now, planned.release)
        yield replace(change, notes=(*change.notes, registry_says(planned)))
        earlier.append(now)


def registry_says(planned: PlannedVersion) -> str:
    """The registry's own answer about a planned version, in one line."""
    if planned.compatible is None:
        return "the registry was not asked: nothing to compare with, or it cannot say"
    if planned.compatible:
        return "the registry accepts it under the level of now"
    return f"the registry refuses it: {'; '.join(planned.reasons) or 'it gives no reason'}"


def refusals(changes: Sequence[CheckedChange]) -> Mapping[str, tuple[str, ...]]:
    """Subjects that must not be registered, with our reasons and beside them the registry's."""
    refused: dict[str, tuple[str, ...]] = {}
    for change in changes:
        if change.objects:
            refused[change.subject] = (*refused.get(change.subject, ()), *_reasons(change))
    return refused


def _reasons(change: CheckedChange) -> Iterator[str]:
    for objection in objections(change.findings):
        finding = objection.gravest
        if finding.counts:
            consequence = " ".join(f"{label}: {told}" if label else told for label, told in objection.consequences)
            yield f"{finding.rule}: {finding.message} {consequence}"
    yield from (note for note in change.notes if note.startswith("the registry"))
