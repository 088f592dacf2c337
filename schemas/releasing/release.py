"""A release: which files it writes, worked out before the first one is written."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import fastavro

from schemas.checking.change import CheckedChange
from schemas.checking.subjects import ContractHistory, check_releases, contract_histories, newest_references
from schemas.checking.waiver_file import with_waivers
from schemas.checking.waiving import project_waivers, today
from schemas.errors import ContractError
from schemas.fingerprints import FILE, compute_fingerprints, read_fingerprints, write_form
from schemas.golden.golden_file import file_name, golden_text
from schemas.golden.replay import pinned_release
from schemas.manifest import Contract, ReferencedRecord, read_manifest
from schemas.releasing.changelog import entry_of, with_entry
from schemas.releasing.manifest_entry import with_references
from schemas.serdes.pinned import PinnedSchema
from schemas.serdes.writer_schemas import NO_SCHEMA
from schemas.settings import TopicSettings


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """What a release would do.

    Args:
        record: Full name.
        version: Number the current text gets.
        changes: The text checked for every topic that carries the record.
        files: Text by path; none where something objects, since no records need be had of such a text.
        steps: What a person does next.
    """

    record: str
    version: int
    changes: tuple[CheckedChange, ...]
    files: Mapping[Path, str]
    steps: tuple[str, ...]

    @property
    def objects(self) -> bool:
        """Whether an error stands that nobody waived."""
        return any(change.objects for change in self.changes)


def plan_release(
    record: str, folder: Path, topics: TopicSettings, changelog: Path | None, waivers: Path | None = None
) -> ReleasePlan:
    """Work a release out; writes nothing.

    Args:
        record: Full or simple name of the record.
        folder: Folder of the contracts.
        changelog: File that gets the entry; None where there is none.

    Raises:
        ContractError: no such record, nothing to release, or released files that were touched.
    """
    contracts = read_manifest(folder)
    histories = [one for one in contract_histories(contracts, folder, topics) if _is(one.contract, record)]
    if not histories:
        names = sorted({contract.record for contract in contracts})
        raise ContractError(f"No contract holds {record!r}; there are {', '.join(names)}.")
    first = histories[0]
    name, version = first.contract.record.rpartition(".")[2], len(first.released) + 1
    if first.current is None:
        raise ContractError(f"Nothing to release: {name}.avsc is version {version - 1}. Change it first.")
    if read_fingerprints(folder) != compute_fingerprints(folder):
        raise ContractError("Released files were changed; `fraud-schemas check` names them.")
    changes = with_waivers(
        [check_releases(history) for history in histories], project_waivers(waivers, folder, topics), today()
    )
    changes = tuple(_without_notes(change) for change in changes)
    files: dict[Path, str] = {}
    if not any(change.objects for change in changes):
        pinned = _pinned(contracts, first)
        _require_readable(pinned)
        files = _files(folder, pinned, changes[0], changelog)
    return ReleasePlan(first.contract.record, version, changes, files, _steps(histories, changes, version))


def write_release(plan: ReleasePlan) -> None:
    """Write all files of a release.

    Delivery: each file appears whole; a crash in between leaves some, which `git checkout` takes back.

    Raises:
        ContractError: a file cannot be written.
    """
    for path, text in plan.files.items():
        part = path.with_name(f"{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(text, "utf-8")
            part.replace(path)
        except OSError as error:
            raise ContractError(f"{path} cannot be written: {error.strerror}; run it in a checkout.") from error


def _require_readable(pinned: PinnedSchema) -> None:
    """Refuse what Python consumers could not load: a flaw that every earlier version has is no finding of a change.

    Raises:
        ContractError: fastavro does not parse it.
    """
    try:
        fastavro.parse_schema(pinned.schema)
    except NO_SCHEMA as error:
        raise ContractError(
            f"{pinned.record} version {pinned.version} is not released: fastavro refuses it ({error}); "
            "`fraud-schemas lint` tells what to mend."
        ) from error


def _files(folder: Path, pinned: PinnedSchema, change: CheckedChange, changelog: Path | None) -> dict[Path, str]:
    name, version = pinned.record.rpartition(".")[2], pinned.version
    released = folder / "released" / name
    fingerprints = {**read_fingerprints(folder)}
    fingerprints[name] = {**fingerprints.get(name, {}), str(version): _fingerprint(pinned.text)}
    manifest = folder / "manifest.yaml"
    references = [ReferencedRecord(one.record, one.topic, one.version) for one in pinned.references]
    files = {
        released / f"{version}.avsc": pinned.text,
        released / file_name(version): golden_text(pinned),
        folder / FILE: write_form(fingerprints),
        manifest: with_references(manifest.read_text("utf-8"), pinned.record, version, references),
    }
    if changelog is not None:
        files[changelog] = with_entry(changelog.read_text("utf-8"), entry_of(name, version, change))
    return {path: told for path, told in files.items() if not path.exists() or path.read_text("utf-8") != told}


def _pinned(contracts: Sequence[Contract], history: ContractHistory) -> PinnedSchema:
    contract = history.contract
    references = newest_references(contract, {one.topic: one for one in contracts})
    resolved = tuple(pinned_release(contracts, one.contract, one.version) for one in references)
    version, text = len(history.released) + 1, history.versions[-1].text
    return PinnedSchema(contract.topic, contract.record, version, text, resolved)


def _steps(histories: Sequence[ContractHistory], changes: Sequence[CheckedChange], version: int) -> tuple[str, ...]:
    steps = [
        "commit the files above",
        "register it before anybody writes it: `fraud-schemas plan`, then `fraud-schemas register`",
    ]
    for history, change in zip(histories, changes, strict=True):
        if change.order is not None:
            steps += [f"{history.contract.topic}: {step}" for step in change.order.steps]
    return (*steps, f"set {version} under writers and readers in manifest.yaml for every service that was deployed")


def _without_notes(change: CheckedChange) -> CheckedChange:
    return replace(change, notes=())


def _is(contract: Contract, record: str) -> bool:
    return record in {contract.record, contract.record.rpartition(".")[2]}


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
