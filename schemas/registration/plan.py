"""The plan: what registration would do, as frozen data that can be saved, read again and applied. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError

from schemas.errors import ContractError
from schemas.registry.registered import SchemaReference


class Action(StrEnum):
    """What a plan means to do with a subject, or with one release in it."""

    NONE = "none"
    CREATE = "create"
    NEW_VERSION = "new version"
    ROLLBACK = "rollback asked"
    BLOCKED = "blocked"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class LevelChange:
    """The subject's own compatibility level, before (None: it had none) and after."""

    before: str | None
    after: str

    @property
    def changes(self) -> bool:
        """Whether the level has to be set."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class PlannedVersion:
    """What happens to one release of a record in one subject.

    `version` is the registered one, else the one expected; None for a release that is left out. `references` hold
    the versions of the referenced releases, registered or expected. `compatible` is the registry's answer under the
    level of now; None where it was not asked or could not say.
    """

    release: int
    fingerprint: str
    action: Action
    version: int | None = None
    schema_id: int | None = None
    references: tuple[SchemaReference, ...] = ()
    compatible: bool | None = None
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def pending(self) -> bool:
        """Whether something is sent to the registry."""
        return self.action in {Action.CREATE, Action.NEW_VERSION}


@dataclass(frozen=True, slots=True)
class SubjectPlan:
    """What happens to one subject.

    `known` are all version numbers at the time of planning, soft-deleted ones included: the lock, since applying the
    plan stops when somebody registers in between. `unmanaged` are live versions that are no release of ours.
    `obstacle` says why the subject is blocked.
    """

    topic: str
    subject: str
    record: str
    action: Action
    mode: str | None
    level: LevelChange
    versions: tuple[PlannedVersion, ...]
    known: tuple[int, ...] = ()
    latest: int | None = None
    unmanaged: tuple[int, ...] = ()
    deleted: tuple[int, ...] = ()
    obstacle: str = ""
    notes: tuple[str, ...] = ()

    @property
    def pending(self) -> tuple[PlannedVersion, ...]:
        """The releases that are sent, in order."""
        return tuple(version for version in self.versions if version.pending)

    @property
    def changes(self) -> bool:
        """Whether applying the plan would change this subject."""
        return bool(self.pending) or self.level.changes

    @property
    def refused(self) -> bool:
        """Whether the registry's answer of now already refuses a release."""
        return any(version.compatible is False for version in self.pending)


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to the registry at `registry`; subjects in the order of application, referenced ones first.

    `confluent_version` is None for another registry; `missing` says what such a one cannot do.
    """

    registry: str
    confluent_version: str | None
    missing: tuple[str, ...]
    subjects: tuple[SubjectPlan, ...]

    @property
    def changes(self) -> bool:
        """Whether applying the plan would change anything."""
        return any(subject.changes for subject in self.subjects)

    @property
    def refused(self) -> bool:
        """Whether the registry's answers of now already refuse a release."""
        return any(subject.refused for subject in self.subjects)

    @property
    def blocked(self) -> bool:
        """Whether a subject cannot be brought to what is desired."""
        return any(subject.action is Action.BLOCKED for subject in self.subjects)


_ADAPTER = TypeAdapter(Plan)


def plan_as_json(plan: Plan) -> str:
    """The plan as JSON text."""
    return _ADAPTER.dump_json(plan, indent=2).decode()


def plan_from_json(text: str) -> Plan:
    """A plan that `plan_as_json` wrote.

    Raises:
        ContractError: the text is no such plan.
    """
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ContractError(
            f"This is no plan: {'.'.join(map(str, first['loc']))} {first['msg']}; write one with `fraud-schemas plan`."
        ) from error
