"""The manifest: what travels on which topic, in which released version, written and read by whom."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from schemas.errors import ContractError

LEVELS = ("NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE")


@dataclass(frozen=True, slots=True)
class Release:
    """One released version of a record: text that never changes again."""

    record: str
    version: int
    text: str

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
class ReferencedRecord:
    """A record of another contract that this one names: which contract, which released version."""

    record: str
    contract: str
    version: int


@dataclass(frozen=True, slots=True)
class Contract:
    """What the manifest says of one topic.

    `topic` is the name of the topic setting; `schemas.settings.TopicSettings` gives its real name.
    `writers` and `readers` map a service to the released version it writes or pins.
    """

    topic: str
    record: str
    compatibility: str
    writers: Mapping[str, int]
    readers: Mapping[str, int]
    references: tuple[ReferencedRecord, ...] = ()
    releases: tuple[Release, ...] = field(default=(), repr=False)

    def release(self, version: int | None = None) -> Release:
        """The given released version, the newest without one.

        Raises:
            ContractError: the version is not released.
        """
        wanted = version or len(self.releases)
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
    return read_manifest(files("schemas") / "contracts")


def read_manifest(folder: Traversable) -> tuple[Contract, ...]:
    """The manifest in `folder`, as `load_manifest`."""
    try:
        entries = YAML(typ="safe").load((folder / "manifest.yaml").read_text("utf-8"))["contracts"]
        contracts = {entry["topic"]: _contract(entry, folder) for entry in entries}
    except (OSError, YAMLError, KeyError, TypeError) as error:
        raise ContractError(f"manifest.yaml cannot be read: {error!r}") from error
    return _references_first(contracts)


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
    if entry["compatibility"] not in LEVELS:
        raise ContractError(
            f"{entry['topic']}: compatibility {entry['compatibility']!r} is none of {', '.join(LEVELS)}."
        )
    return Contract(
        topic=entry["topic"],
        record=entry["record"],
        compatibility=entry["compatibility"],
        writers=dict(entry.get("writers") or {}),
        readers=dict(entry.get("readers") or {}),
        references=tuple(
            ReferencedRecord(record, reference["contract"], reference["version"])
            for record, reference in (entry.get("references") or {}).items()
        ),
        releases=_releases(entry["record"], folder),
    )


def _releases(record: str, folder: Traversable) -> tuple[Release, ...]:
    released = folder / "released" / record.rpartition(".")[2]
    texts = {int(file.name[:-5]): file.read_text("utf-8") for file in released.iterdir() if file.name.endswith(".avsc")}
    if sorted(texts) != list(range(1, len(texts) + 1)):
        raise ContractError(f"{record}: released versions {sorted(texts)} do not count from 1 without a gap.")
    return tuple(Release(record, version, texts[version]) for version in sorted(texts))


def _references_first(contracts: Mapping[str, Contract]) -> tuple[Contract, ...]:
    ordered: dict[str, Contract] = {}

    def place(topic: str, above: tuple[str, ...]) -> None:
        if topic in above or topic not in contracts:
            raise ContractError(f"manifest.yaml: {' -> '.join((*above, topic))} is a circle or names no contract.")
        for reference in contracts[topic].references:
            place(reference.contract, (*above, topic))
        ordered.setdefault(topic, contracts[topic])

    for topic in contracts:
        place(topic, ())
    return tuple(ordered.values())
