"""The manifest: what travels on which topic, in which released version, written and read by whom."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from schemas.errors import ContractError

LEVELS = ("NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE")

REQUIRED = frozenset({"topic", "record", "compatibility"})
OPTIONAL = frozenset({"references", "writers", "readers", "metadata"})


@dataclass(frozen=True, slots=True)
class ReferencedRecord:
    """A record of another contract that a release names: which contract, which released version."""

    record: str
    contract: str
    version: int


@dataclass(frozen=True, slots=True)
class Release:
    """One released version of a record: text that never changes again, and the releases it refers to."""

    record: str
    version: int
    text: str = field(repr=False)
    references: tuple[ReferencedRecord, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the released text, hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def schema(self) -> Mapping[str, Any]:
        """The text as parsed JSON."""
        parsed: Mapping[str, Any] = json.loads(self.text)
        return parsed


@dataclass(frozen=True, slots=True)
class Contract:
    """What the manifest says of one topic.

    `topic` is the name of the topic setting; `schemas.settings.TopicSettings` gives its real name.
    `writers` and `readers` map a service to the released version it writes or pins.
    `metadata` is what the registry shall keep beside the schema.
    """

    topic: str
    record: str
    compatibility: str
    writers: Mapping[str, int]
    readers: Mapping[str, int]
    metadata: Mapping[str, str] = field(default_factory=dict)
    releases: tuple[Release, ...] = field(default=(), repr=False)

    @property
    def references(self) -> tuple[ReferencedRecord, ...]:
        """What the newest release refers to; another version's are `release(version).references`."""
        return self.release().references

    def release(self, version: int | None = None) -> Release:
        """The given released version, the newest without one.

        Raises:
            ContractError: the version is not released.
        """
        wanted = len(self.releases) if version is None else version
        for release in self.releases:
            if release.version == wanted:
                return release
        raise ContractError(f"{self.record} has no released version {wanted}, only 1 to {len(self.releases)}.")


@cache
def load_manifest() -> tuple[Contract, ...]:
    """The packaged manifest, referenced contracts before those that refer to them.

    Raises:
        ContractError: the manifest contradicts itself or names a file that is not there.
    """
    return read_manifest(contracts_folder())


def contracts_folder() -> Traversable:
    """The packaged folder of manifest, current texts and released texts."""
    return files("schemas") / "contracts"


def read_manifest(folder: Traversable) -> tuple[Contract, ...]:
    """The manifest in `folder`, as `load_manifest`."""
    try:
        entries = YAML(typ="safe").load((folder / "manifest.yaml").read_text("utf-8"))["contracts"]
        contracts = tuple(_contract(entry, folder) for entry in entries)
    except (OSError, YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise ContractError(f"manifest.yaml cannot be read: {type(error).__name__}: {why}") from error
    by_topic = {contract.topic: contract for contract in contracts}
    if len(by_topic) != len(contracts):
        raise ContractError("manifest.yaml names a topic twice; give each topic one entry.")
    _check_references(by_topic)
    return _references_first(by_topic)


def contract(topic: str) -> Contract:
    """The contract of one topic setting, for example `transactions`.

    Raises:
        ContractError: the manifest has no such topic.
    """
    for candidate in load_manifest():
        if candidate.topic == topic:
            return candidate
    raise ContractError(f"No contract for topic {topic!r} in manifest.yaml.")


def _contract(entry: Mapping[str, Any], folder: Traversable) -> Contract:
    _check_keys(entry)
    if entry["compatibility"] not in LEVELS:
        raise ContractError(
            f"{entry['topic']}: compatibility {entry['compatibility']!r} is none of {', '.join(LEVELS)}."
        )
    built = Contract(
        topic=entry["topic"],
        record=entry["record"],
        compatibility=entry["compatibility"],
        writers=dict(entry.get("writers") or {}),
        readers=dict(entry.get("readers") or {}),
        metadata={str(name): str(value) for name, value in (entry.get("metadata") or {}).items()},
        releases=_releases(entry["record"], folder, entry.get("references") or {}),
    )
    for version in (*built.writers.values(), *built.readers.values()):
        built.release(version)
    return built


def _check_keys(entry: Mapping[str, Any]) -> None:
    keys = frozenset(entry)
    wrong = sorted(keys - REQUIRED - OPTIONAL) or sorted(REQUIRED - keys)
    if wrong:
        word = "unknown" if keys - REQUIRED - OPTIONAL else "missing"
        raise ContractError(f"manifest.yaml, topic {entry.get('topic')!r}: {word} key {', '.join(map(str, wrong))}.")


def _releases(record: str, folder: Traversable, references: Mapping[int, Mapping[str, Any]]) -> tuple[Release, ...]:
    released = folder / "released" / record.rpartition(".")[2]
    texts = {int(file.name[:-5]): file.read_text("utf-8") for file in released.iterdir() if file.name.endswith(".avsc")}
    if not texts or sorted(texts) != list(range(1, len(texts) + 1)):
        raise ContractError(f"{record}: released versions {sorted(texts)} do not count from 1 without a gap.")
    if unknown := sorted(set(references) - set(texts)):
        raise ContractError(f"manifest.yaml: references for {record} name unreleased version {unknown[0]}.")
    return tuple(
        Release(record, version, texts[version], _referenced(references.get(version) or {}))
        for version in sorted(texts)
    )


def _referenced(references: Mapping[str, Any]) -> tuple[ReferencedRecord, ...]:
    return tuple(
        ReferencedRecord(record, reference["contract"], reference["version"])
        for record, reference in references.items()
    )


def _check_references(contracts: Mapping[str, Contract]) -> None:
    for owner in contracts.values():
        for reference in (reference for release in owner.releases for reference in release.references):
            target = contracts.get(reference.contract)
            if target is None or target.record != reference.record:
                raise ContractError(
                    f"manifest.yaml: {owner.record} refers to {reference.record} in contract {reference.contract!r}, "
                    "which does not hold it."
                )
            target.release(reference.version)


def _references_first(contracts: Mapping[str, Contract]) -> tuple[Contract, ...]:
    ordered: dict[str, Contract] = {}

    def place(topic: str, above: tuple[str, ...]) -> None:
        if topic in above:
            raise ContractError(f"manifest.yaml: references go in a circle: {' -> '.join((*above, topic))}.")
        for target in _targets(contracts[topic].releases):
            place(target, (*above, topic))
        ordered.setdefault(topic, contracts[topic])

    for topic in contracts:
        place(topic, ())
    return tuple(ordered.values())


def _targets(releases: Iterable[Release]) -> list[str]:
    return list(dict.fromkeys(reference.contract for release in releases for reference in release.references))
