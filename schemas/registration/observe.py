"""Observed state: what the registry holds of the desired subjects. Asks, and changes nothing."""

from collections.abc import Iterable, Mapping

from schemas.registration.desired import DesiredSubject, DesiredVersion
from schemas.registration.observed import ObservedSubject, Positions
from schemas.registry.capabilities import Capabilities
from schemas.registry.client import RegistryClient
from schemas.registry.comparison import same_schema
from schemas.registry.registered import RegisteredVersion, SchemaReference, SchemaText, Verdict


def observe(
    client: RegistryClient, desired: Iterable[DesiredSubject], capabilities: Capabilities
) -> tuple[ObservedSubject, ...]:
    """Ask about every desired subject, in the order given (referenced subjects first)."""
    positions: Positions = {}
    observed = []
    for subject in desired:
        observation = _observe(client, subject, capabilities, positions)
        positions.update(
            {(subject.subject, release): version.version for release, version in observation.found.items()}
        )
        observed.append(observation)
    return tuple(observed)


def schema_text(
    subject: DesiredSubject, version: DesiredVersion, positions: Mapping[tuple[str, int], int]
) -> SchemaText:
    """The release as it is sent, its references resolved.

    Raises:
        KeyError: a referenced release has no version yet.
    """
    references = tuple(
        SchemaReference(reference.name, reference.subject, positions[reference.subject, reference.release])
        for reference in version.references
    )
    return SchemaText(version.text, references, subject.metadata)


def find(
    client: RegistryClient, subject: str, schema: SchemaText, *, deleted: bool = False
) -> RegisteredVersion | None:
    """Look the schema up and believe the answer only if it holds the same schema.

    Apicurio 3.3 answers a look-up with a version that differs in docs, aliases or enum defaults.
    """
    answer = client.look_up(subject, schema, deleted=deleted)
    return answer if answer is not None and same_schema(answer.text, schema.text) else None


def _observe(
    client: RegistryClient, desired: DesiredSubject, capabilities: Capabilities, positions: Positions
) -> ObservedSubject:
    name = desired.subject
    mode, level = client.mode(name), own_level(client, name, capabilities)
    live = client.versions(name)
    deleted = tuple(sorted(set(client.versions(name, deleted=True)) - set(live)))
    versions = tuple(found for number in live if (found := client.version(name, number)) is not None)
    return ObservedSubject(name, mode, level, versions, deleted, *_releases(client, desired, positions, live))


def own_level(client: RegistryClient, subject: str, capabilities: Capabilities) -> str | None:
    """The subject's own level; None where it has none, or where the answer NONE may be a built-in default."""
    level = client.level(subject)
    return None if level == "NONE" and not capabilities.tells_unset_level else level


def _releases(
    client: RegistryClient, desired: DesiredSubject, positions: Positions, live: tuple[int, ...]
) -> tuple[dict[int, RegisteredVersion], dict[int, RegisteredVersion], dict[int, Verdict]]:
    found: dict[int, RegisteredVersion] = {}
    retired: dict[int, RegisteredVersion] = {}
    verdicts: dict[int, Verdict] = {}
    for version in desired.versions:
        if any((reference.subject, reference.release) not in positions for reference in version.references):
            continue
        schema = schema_text(desired, version, positions)
        if (registered := find(client, desired.subject, schema)) is not None:
            found[version.release] = registered
            continue
        if (gone := find(client, desired.subject, schema, deleted=True)) is not None:
            retired[version.release] = gone
        if live and (verdict := client.check(desired.subject, schema)) is not None:
            verdicts[version.release] = verdict
    return found, retired, verdicts
