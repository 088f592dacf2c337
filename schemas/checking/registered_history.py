"""The contracts beside everything a registry holds of them, soft-deleted versions included."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from schemas.checking.change import CheckedChange
from schemas.checking.project_rules import REGISTRY_DISAGREES, VERSION_UNREADABLE, project_finding
from schemas.checking.schema_file import SchemaFile
from schemas.checking.subjects import ContractHistory
from schemas.evolution.finding import Direction, Finding
from schemas.evolution.levels import PROMISED, is_transitive, promised
from schemas.evolution.resolution import incompatibilities
from schemas.registry.client import RegistryClient
from schemas.registry.comparison import same_schema
from schemas.registry.registered import RegisteredVersion, SchemaReference, SchemaText


def check_against_registry(client: RegistryClient, history: ContractHistory) -> CheckedChange:
    """The newest text of a contract against every version in the registry; the registry is asked as well.

    Raises:
        RegistryError: the registry is away or refuses.
    """
    held, missing = registered_versions(client, history.subject)
    files = [schema_file(client, version) for version in held]
    now = history.versions[-1]
    position = next((n for n in range(len(held) - 1, -1, -1) if same_schema(held[n].text, now.text)), len(held))
    change = history.check(files[:position], now, len(history.versions))
    notes = [*change.notes, *_told(client, history, held, position)]
    findings: list[Finding] = [*change.findings, *_unreadable(history.subject, missing)]
    live = [file for file, version in zip(files[:position], held, strict=False) if not version.deleted]
    if position == len(held) and live and not change.invalid:
        verdict, disagreement = _registry_verdict(client, history, now, live)
        notes.append(verdict)
        findings += disagreement
    return replace(change.with_findings(findings), notes=tuple(notes))


def registered_versions(client: RegistryClient, subject: str) -> tuple[list[RegisteredVersion], list[int]]:
    """Every version of a subject that can be fetched, oldest first, and the numbers of those that cannot."""
    live = set(client.versions(subject))
    held: list[RegisteredVersion] = []
    missing: list[int] = []
    for number in client.versions(subject, deleted=True):
        version = client.version(subject, number, deleted=number not in live)
        if version is None:
            missing.append(number)
        else:
            held.append(replace(version, deleted=number not in live))
    return held, missing


def schema_file(client: RegistryClient, version: RegisteredVersion) -> SchemaFile:
    """A registered version as a file, its references fetched as well."""
    path = f"{client.url}/subjects/{version.subject}/versions/{version.version}"
    name = f"{version.subject} version {version.version}{' (soft-deleted)' if version.deleted else ''}"
    return SchemaFile(path, version.text, name, tuple(_references(client, version.references)))


def _references(client: RegistryClient, references: Sequence[SchemaReference]) -> Iterator[SchemaFile]:
    for reference in references:
        target = client.version(reference.subject, reference.version, deleted=True)
        if target is not None:
            yield from _references(client, target.references)
            yield schema_file(client, target)


def _told(
    client: RegistryClient, history: ContractHistory, held: Sequence[RegisteredVersion], position: int
) -> Iterator[str]:
    if not held:
        yield f"{client.url} holds no version of {history.subject}: `fraud-schemas register` makes the first"
    elif position < len(held):
        yield f"registered as version {held[position].version}; checked against the {position} before it"
    deleted = [str(version.version) for version in held if version.deleted]
    if deleted:
        yield f"soft-deleted version {', '.join(deleted)} counts here; the registry leaves it out"


def _unreadable(subject: str, missing: Sequence[int]) -> Iterator[Finding]:
    for number in missing:
        message = f"Version {number} of {subject} cannot be fetched: it was deleted."
        yield project_finding(VERSION_UNREADABLE, subject, message, "Nothing was compared with it.")


def _registry_verdict(
    client: RegistryClient, history: ContractHistory, now: SchemaFile, live: Sequence[SchemaFile]
) -> tuple[str, list[Finding]]:
    level = client.level(history.subject, or_global=True) or "NONE"
    references = tuple(_sent_references(client, history))
    answer = client.check(history.subject, SchemaText(now.text, references))
    if answer is None:
        return "the registry cannot say (it does not answer for schemas with references)", []
    ours = standard_verdict(live, now, level)
    reasons = "; ".join(reason for reason in answer.reasons if "errorType" in reason) or "no reason given"
    told = "accepts it" if answer.compatible else f"refuses it: {reasons}"
    if ours is answer.compatible:
        return f"the registry, at level {level}, {told}", []
    message = f"The registry {told} at level {level}; Avro's resolution rules say the opposite."
    consequence = "One of the two is wrong about what consumers can read; trust the stricter until it is known."
    return f"the registry, at level {level}, {told}", [
        project_finding(REGISTRY_DISAGREES, history.subject, message, consequence)
    ]


def standard_verdict(live: Sequence[SchemaFile], now: SchemaFile, level: str) -> bool:
    """What Avro's resolution rules answer under a level, references included."""
    if level not in PROMISED:
        return True
    after = now.load()
    for file in live if is_transitive(level) else live[-1:]:
        before = file.load()
        for direction in promised(level):
            reader, writer = (after, before) if direction is Direction.BACKWARD else (before, after)
            if incompatibilities(reader, writer):
                return False
    return True


def _sent_references(client: RegistryClient, history: ContractHistory) -> Iterator[SchemaReference]:
    """References of the newest text, at the newest version of each referenced subject in the registry."""
    for version in reversed(client.versions(history.subject)):
        found = client.version(history.subject, version)
        if found is not None:
            yield from found.references
            return
