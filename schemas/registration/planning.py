"""From desired and observed state to a plan. Pure: asks nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from schemas.registration.desired import DesiredSubject, DesiredVersion
from schemas.registration.observed import ObservedSubject, Positions
from schemas.registration.plan import Action, LevelChange, Plan, PlannedVersion, SubjectPlan
from schemas.registry.capabilities import Capabilities
from schemas.registry.comparison import same_schema
from schemas.registry.registered import SchemaReference

WRITABLE = frozenset({None, "READWRITE", "READWRITE_OVERRIDE"})


def build_plan(
    registry: str,
    desired: Sequence[DesiredSubject],
    observed: Sequence[ObservedSubject],
    capabilities: Capabilities,
    *,
    make_latest: bool = False,
) -> Plan:
    """Plan how the registry gets from `observed` to `desired` (same subjects, same order, referenced ones first).

    Args:
        make_latest: Where the newest release is registered but is not the latest version, make it the latest again.
    """
    positions: Positions = {}
    subjects = []
    for want, have in zip(desired, observed, strict=True):
        plan = _subject_plan(want, have, positions, capabilities)
        if make_latest and plan.action is Action.ROLLBACK:
            plan = _made_latest(plan)
        plan = _with_obstacle(plan, _obstacle(plan, want, capabilities, make_latest=make_latest))
        positions.update(
            {(plan.subject, version.release): version.version for version in plan.versions if version.version}
        )
        subjects.append(plan)
    return Plan(registry, capabilities.confluent_version, capabilities.missing, tuple(subjects))


def _subject_plan(
    want: DesiredSubject,
    have: ObservedSubject,
    positions: Mapping[tuple[str, int], int],
    capabilities: Capabilities,
) -> SubjectPlan:
    versions = _versions(want, have, positions)
    unmanaged = tuple(version.version for version in have.versions if not _is_release(version.text, want))
    action = _action(want, have, versions, unmanaged)
    own = have.level if have.level is not None or capabilities.tells_unset_level else "NONE"
    return SubjectPlan(
        topic=want.topic,
        subject=want.subject,
        record=want.record,
        action=action,
        mode=have.mode,
        level=LevelChange(own if want.level == "NONE" else have.level, want.level),
        versions=versions,
        known=have.known,
        latest=have.latest.version if have.latest else None,
        unmanaged=unmanaged,
        deleted=have.deleted,
        notes=_notes(have, action, unmanaged),
    )


def _versions(
    want: DesiredSubject, have: ObservedSubject, positions: Mapping[tuple[str, int], int]
) -> tuple[PlannedVersion, ...]:
    expected = max(have.known, default=0)
    newest_found = max(have.found, default=0)
    planned = []
    for version in want.versions:
        references = _references(version, positions)
        if (registered := have.found.get(version.release)) is not None:
            planned.append(
                PlannedVersion(
                    version.release,
                    version.fingerprint,
                    Action.NONE,
                    registered.version,
                    registered.schema_id,
                    registered.references,
                )
            )
        elif version.release < newest_found and version.release not in want.written:
            note = "a newer release is registered and no service writes this one; registering it would make it latest"
            planned.append(PlannedVersion(version.release, version.fingerprint, Action.LEFT_OUT, notes=(note,)))
        else:
            expected += 1
            planned.append(_pending(version, have, expected, references))
    return tuple(planned)


def _pending(
    version: DesiredVersion, have: ObservedSubject, expected: int, references: tuple[SchemaReference, ...]
) -> PlannedVersion:
    verdict, gone = have.verdicts.get(version.release), have.retired.get(version.release)
    note = f"was soft-deleted as version {gone.version}; comes back with the same id" if gone else ""
    return PlannedVersion(
        version.release,
        version.fingerprint,
        Action.NEW_VERSION if expected > 1 else Action.CREATE,
        version=expected,
        schema_id=gone.schema_id if gone else None,
        references=references,
        compatible=verdict.compatible if verdict else None,
        reasons=verdict.reasons if verdict and not verdict.compatible else (),
        notes=(note,) if note else (),
    )


def _references(version: DesiredVersion, positions: Mapping[tuple[str, int], int]) -> tuple[SchemaReference, ...]:
    return tuple(
        SchemaReference(reference.name, reference.subject, positions.get((reference.subject, reference.release), 0))
        for reference in version.references
    )


def _action(
    want: DesiredSubject, have: ObservedSubject, versions: tuple[PlannedVersion, ...], unmanaged: tuple[int, ...]
) -> Action:
    if any(version.pending for version in versions):
        return Action.NEW_VERSION if have.known else Action.CREATE
    newest = have.found.get(want.versions[-1].release)
    behind = newest is not None and have.latest is not None and have.latest.version in unmanaged
    return Action.ROLLBACK if behind else Action.NONE


def _is_release(text: str, want: DesiredSubject) -> bool:
    return any(same_schema(text, version.text) for version in want.versions)


def _notes(have: ObservedSubject, action: Action, unmanaged: tuple[int, ...]) -> tuple[str, ...]:
    notes = []
    if action is Action.ROLLBACK and have.latest is not None:
        notes.append(
            f"the latest version {have.latest.version} is no release of this checkout: registering an older release "
            "changes nothing; `fraud-schemas register --make-latest` registers it again as the latest"
        )
    elif unmanaged:
        notes.append(f"version {', '.join(map(str, unmanaged))} is no release of this checkout")
    if have.mode not in WRITABLE:
        notes.append(f"the subject is in mode {have.mode}")
    return tuple(notes)


def _made_latest(plan: SubjectPlan) -> SubjectPlan:
    *older, newest = plan.versions
    again = replace(
        newest,
        action=Action.NEW_VERSION,
        version=max(plan.known) + 1,
        schema_id=None,
        notes=(f"is version {newest.version} and becomes the latest again",),
    )
    return replace(plan, versions=(*older, again))


def _obstacle(plan: SubjectPlan, want: DesiredSubject, capabilities: Capabilities, *, make_latest: bool) -> str:
    if not plan.changes:
        return ""
    if plan.mode not in WRITABLE:
        return (
            f"the subject is in mode {plan.mode}: "
            + ("registration would skip every check; " if plan.mode == "IMPORT" else "nothing can be written; ")
            + "set it to READWRITE when whoever set the mode is done"
        )
    if want.metadata and not capabilities.keeps_metadata:
        return f"metadata {', '.join(want.metadata)} is asked for, and this registry drops metadata"
    if make_latest and plan.action is Action.ROLLBACK and not capabilities.locks_versions:
        return "this registry cannot make an older schema the latest again; release the change as a version of its own"
    if missing := [reference for version in plan.pending for reference in version.references if not reference.version]:
        return f"{missing[0].name} in {missing[0].subject} is referred to and left out"
    return ""


def _with_obstacle(plan: SubjectPlan, obstacle: str) -> SubjectPlan:
    return replace(plan, action=Action.BLOCKED, obstacle=obstacle) if obstacle else plan
