"""Apply a plan to the registry."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from schemas.errors import IncompatibleSchemaError, PlanOutdatedError, RegistryRefusedError
from schemas.registration.desired import DesiredSubject, DesiredVersion
from schemas.registration.observe import find, schema_text
from schemas.registration.observed import Positions
from schemas.registration.outcome import (
    CHANGED,
    Happened,
    Outcome,
    blocked,
    level_notes,
    outcome,
    refused,
    refused_by_rules,
    standing,
    unchanged_happened,
)
from schemas.registration.plan import Action, Plan, PlannedVersion, SubjectPlan
from schemas.registration.planning import WRITABLE
from schemas.registration.read_back import additions, differences
from schemas.registration.retrying import Retrying
from schemas.registry.client import RegistryClient
from schemas.registry.comparison import same_schema
from schemas.registry.registered import RegisteredVersion, SchemaText

INVALID = 422
"""Status of a schema the registry takes for invalid, or a mode set meanwhile: the other subjects still have a turn."""

MAKE_LATEST = -1
"""Version number that asks Confluent's registry to append a schema although an older version holds it."""


class PlanApplication:
    """Brings a registry to what a plan says, and remembers what it did when a plan has to be made again.

    The lock: version numbers are read before and after each registration. A number in the registration itself would
    be a harder lock, but Confluent stamps `confluent:version` into the metadata for it, and with it the same text
    gets another id per subject and version; payments could then not be forwarded unchanged. A registration that slips
    in between is still checked by the registry, and is reported here.

    Delivery: every subject may be applied again after a lost answer: it is looked up before it is sent. A crash
    between level and schema leaves the wanted level set; the next run goes on from there.
    """

    def __init__(
        self,
        client: RegistryClient,
        desired: Iterable[DesiredSubject],
        retrying: Retrying | None = None,
        on_outcome: Callable[[Outcome], None] | None = None,
    ) -> None:
        self._client = client
        self._desired = {subject.subject: subject for subject in desired}
        self._retrying = retrying or Retrying()
        self._on_outcome = on_outcome
        self._positions: Positions = {}
        self._sent: set[tuple[str, int]] = set()
        self._own: set[tuple[str, int]] = set()
        self._outcomes: dict[tuple[str, int], Outcome] = {}

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What became of every release so far; a change stays told although a later plan finds nothing to do."""
        return tuple(self._outcomes.values())

    def apply(self, plan: Plan, refusals: Mapping[str, Sequence[str]] | None = None) -> None:
        """Apply the plan, subject by subject; a refused one leaves the others their turn.

        Args:
            refusals: Subjects that the project's own rules refuse, with their reasons; the registry is not asked.

        Raises:
            PlanOutdatedError: somebody registered in between, or the contracts changed since the plan was made.
            RegistryUnreachableError: the registry stayed away.
            RegistryRefusedError: the registry refuses for another reason than compatibility.
        """
        for subject in plan.subjects:
            want = self._wanted(subject)
            if reasons := tuple((refusals or {}).get(subject.subject, ())):
                for result in refused_by_rules(subject, reasons):
                    self._remember(result)
                continue
            for result in self._retrying(partial(self._subject, subject, want)):
                self._remember(result)

    def _remember(self, result: Outcome) -> None:
        key = (result.subject, result.release)
        if result.version is not None:
            self._positions[key] = result.version
        before = self._outcomes.get(key)
        if before is None or before.happened not in CHANGED or result.happened in CHANGED:
            self._outcomes[key] = result
            if self._on_outcome:
                self._on_outcome(result)

    def _wanted(self, subject: SubjectPlan) -> DesiredSubject:
        want = self._desired.get(subject.subject)
        planned = [(version.release, version.fingerprint) for version in subject.versions]
        if want is None or planned != [(version.release, version.fingerprint) for version in want.versions]:
            raise PlanOutdatedError(
                f"The contracts or topic names of {subject.subject} changed since the plan was made; plan again.",
                subject=subject.subject,
            )
        return want

    def _subject(self, subject: SubjectPlan, want: DesiredSubject) -> list[Outcome]:
        if subject.action is Action.BLOCKED:
            return [blocked(subject, version, subject.obstacle) for version in subject.versions]
        if subject.changes and (mode := self._client.mode(subject.subject)) not in WRITABLE:
            return [blocked(subject, version, f"the subject went into mode {mode}") for version in subject.versions]
        if subject.level.changes:
            self._client.set_level(subject.subject, subject.level.after)
        results: list[Outcome] = []
        try:
            for planned, version in zip(subject.versions, want.versions, strict=True):
                results.append(self._version(subject, planned, want, version, results))
        except RegistryRefusedError:
            if subject.level.changes and not _registered(results):
                self._restore_level(subject)
            raise
        return self._with_level_restored(subject, results)

    def _version(
        self,
        subject: SubjectPlan,
        planned: PlannedVersion,
        want: DesiredSubject,
        version: DesiredVersion,
        before: Sequence[Outcome],
    ) -> Outcome:
        if not planned.pending:
            return standing(subject, planned, unchanged_happened(subject, planned, Happened.LEVEL_SET))
        if any(result.happened is Happened.REFUSED for result in before):
            return blocked(subject, planned, "an older release of this record was refused")
        positions = {**self._positions, **{(r.subject, r.release): r.version for r in before if r.version}}
        for reference in version.references:
            if (reference.subject, reference.release) not in positions:
                return blocked(subject, planned, f"{reference.name} is not registered in {reference.subject}")
        return self._register(subject, planned, want, schema_text(want, version, positions))

    def _register(
        self, subject: SubjectPlan, planned: PlannedVersion, want: DesiredSubject, schema: SchemaText
    ) -> Outcome:
        forced = subject.action is Action.ROLLBACK
        if not forced and (found := find(self._client, subject.subject, schema)) is not None:
            return self._found(subject, planned, found)
        before = self._client.versions(subject.subject, deleted=True)
        self._check_lock(subject, want, before)
        try:
            verdict = self._client.check(subject.subject, schema) if before else None
            if verdict is not None and not verdict.compatible:
                return refused(subject, planned, verdict.reasons)
            self._sent.add((subject.subject, planned.release))
            schema_id = self._client.register(subject.subject, schema, version=MAKE_LATEST if forced else None)
        except IncompatibleSchemaError as error:
            return refused(subject, planned, error.reasons)
        except RegistryRefusedError as error:
            if error.status != INVALID:
                raise
            return blocked(subject, planned, str(error))
        return self._read_back(subject, planned, want, schema, (schema_id, before))

    def _found(self, subject: SubjectPlan, planned: PlannedVersion, found: RegisteredVersion) -> Outcome:
        self._own.add((subject.subject, found.version))
        ours = (subject.subject, planned.release) in self._sent
        return outcome(
            subject,
            planned,
            Happened.REGISTERED if ours else Happened.UNCHANGED,
            version=found.version,
            schema_id=found.schema_id,
            notes=() if ours else ("somebody else registered it meanwhile",),
        )

    def _check_lock(self, subject: SubjectPlan, want: DesiredSubject, now: Sequence[int]) -> None:
        if foreign := self._foreign(subject, want, set(now) - set(subject.known)):
            raise PlanOutdatedError(
                f"Version {', '.join(map(str, foreign))} of {subject.subject} was registered since the plan was made; "
                "plan again with `fraud-schemas plan`, or run `fraud-schemas register`.",
                subject=subject.subject,
                versions=foreign,
            )

    def _foreign(self, subject: SubjectPlan, want: DesiredSubject, numbers: set[int]) -> tuple[int, ...]:
        """The versions that are no release of ours: not the ones another run of this command registered."""
        unknown = sorted(number for number in numbers if (subject.subject, number) not in self._own)
        return tuple(number for number in unknown if not self._is_release(want, number))

    def _is_release(self, want: DesiredSubject, number: int) -> bool:
        found = self._client.version(want.subject, number)
        return found is not None and any(same_schema(found.text, version.text) for version in want.versions)

    def _read_back(
        self,
        subject: SubjectPlan,
        planned: PlannedVersion,
        want: DesiredSubject,
        schema: SchemaText,
        sent: tuple[int, Sequence[int]],
    ) -> Outcome:
        schema_id, before = sent
        kept = self._kept(subject, schema)
        if kept is None:
            note = f"the registry answered id {schema_id} and kept another text: it drops changes of doc or alias"
            return outcome(subject, planned, Happened.DIFFERS, schema_id=schema_id, notes=(note,))
        self._own.add((subject.subject, kept.version))
        changed = differences(schema, kept)
        after = set(self._client.versions(subject.subject, deleted=True))
        foreign = self._foreign(subject, want, after - set(before) - {kept.version})
        happened = Happened.DIFFERS if changed else Happened.CONCURRENT if foreign else Happened.REGISTERED
        notes = (
            *planned.notes,
            *level_notes(subject),
            *changed,
            *(f"version {n} came from elsewhere at the same moment; run `fraud-schemas plan`" for n in foreign),
            *additions(schema, kept),
        )
        return outcome(subject, planned, happened, version=kept.version, schema_id=schema_id, notes=notes)

    def _kept(self, subject: SubjectPlan, schema: SchemaText) -> RegisteredVersion | None:
        if subject.action is Action.ROLLBACK:
            latest = self._client.version(subject.subject, "latest")
            return latest if latest is not None and same_schema(latest.text, schema.text) else None
        found = find(self._client, subject.subject, schema)
        return self._client.version(subject.subject, found.version) if found is not None else None

    def _with_level_restored(self, subject: SubjectPlan, results: list[Outcome]) -> list[Outcome]:
        """Take the level back if it was set for schemas that were then all refused."""
        failed = any(result.happened in {Happened.REFUSED, Happened.BLOCKED} for result in results)
        if not subject.level.changes or not failed or _registered(results):
            return results
        self._restore_level(subject)
        level = subject.level.before or "unset"
        return [_restored(subject, result, level) for result in results]

    def _restore_level(self, subject: SubjectPlan) -> None:
        if subject.level.before is None:
            self._client.delete_level(subject.subject)
        else:
            self._client.set_level(subject.subject, subject.level.before)


def _registered(results: Sequence[Outcome]) -> bool:
    """Whether something stands in the registry that was checked under the level just set."""
    return any(result.happened in {Happened.REGISTERED, Happened.CONCURRENT} for result in results)


def _restored(subject: SubjectPlan, result: Outcome, level: str) -> Outcome:
    happened = Happened.UNCHANGED if result.happened is Happened.LEVEL_SET else result.happened
    return replace(
        result,
        level=level,
        happened=happened,
        notes=(*result.notes, f"level {subject.level.after} was tried and set back to {level}"),
    )
