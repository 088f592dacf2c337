"""Desired state: which subjects shall hold which releases, at which level. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schemas.errors import ContractError
from schemas.manifest import Contract, Release
from schemas.settings import TopicSettings


@dataclass(frozen=True, slots=True)
class DesiredReference:
    """A release in another subject that a release names; its version there is known only to the registry."""

    name: str
    subject: str
    release: int


@dataclass(frozen=True, slots=True)
class DesiredVersion:
    """One release of a record, to be found in a subject."""

    release: int
    text: str = field(repr=False)
    fingerprint: str = ""
    references: tuple[DesiredReference, ...] = ()


@dataclass(frozen=True, slots=True)
class DesiredSubject:
    """All that a subject shall hold; `written` are the releases that some service writes today."""

    topic: str
    subject: str
    record: str
    level: str
    versions: tuple[DesiredVersion, ...]
    written: frozenset[int] = frozenset()
    metadata: Mapping[str, str] = field(default_factory=dict)


def desired_state(contracts: Iterable[Contract], topics: TopicSettings) -> tuple[DesiredSubject, ...]:
    """What the contracts ask for, in the contracts' order: referenced subjects first.

    Raises:
        ContractError: two topics have the same real name.
    """
    desired = tuple(_desired(contract, topics) for contract in contracts)
    seen: dict[str, str] = {}
    for entry in desired:
        if entry.subject in seen:
            raise ContractError(
                f"Topics {seen[entry.subject]} and {entry.topic} have the same name {topics.name_of(entry.topic)!r}; "
                f"give {entry.topic} another one in {entry.topic.replace('-', '_').upper()}_TOPIC."
            )
        seen[entry.subject] = entry.topic
    return desired


def _desired(contract: Contract, topics: TopicSettings) -> DesiredSubject:
    return DesiredSubject(
        topic=contract.topic,
        subject=topics.subject_of(contract.topic),
        record=contract.record,
        level=contract.compatibility,
        versions=tuple(_version(release, topics) for release in contract.releases),
        written=frozenset(contract.writers.values()),
        metadata=contract.metadata,
    )


def _version(release: Release, topics: TopicSettings) -> DesiredVersion:
    return DesiredVersion(
        release=release.version,
        text=release.text,
        fingerprint=release.fingerprint,
        references=tuple(
            DesiredReference(reference.record, topics.subject_of(reference.contract), reference.version)
            for reference in release.references
        ),
    )
