"""Fingerprints: what was released stays as it was released."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable

from schemas.errors import ContractError

Fingerprints = Mapping[str, Mapping[str, str]]
"""SHA-256 of every released text, hexadecimal, by simple record name and version."""

FILE = "released/fingerprints.json"


def read_fingerprints(folder: Traversable) -> Fingerprints:
    """The fingerprints kept in the contracts' `folder`.

    Raises:
        ContractError: the file is missing or is no JSON object.
    """
    try:
        kept: Fingerprints = json.loads((folder / FILE).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ContractError(f"{FILE} cannot be read: {error}; take it back with `git checkout -- {FILE}`.") from error
    return kept


def compute_fingerprints(folder: Traversable) -> Fingerprints:
    """The fingerprints of the released texts as they lie in `folder` now."""
    return {name: dict(sorted(texts.items(), key=_number)) for name, texts in sorted(_released(folder))}


def write_form(fingerprints: Fingerprints) -> str:
    """The text of the fingerprints' file."""
    return json.dumps(fingerprints, indent=2) + "\n"


def frozen_objections(folder: Traversable) -> tuple[str, ...]:
    """What was changed without a release, one line each with the command that mends it; empty when all is well.

    A released text must be the one that was released, and a record's current text its newest release.
    """
    changed = (line for _, lines in changed_releases(folder) for line in lines)
    return (*changed, *_unreleased(folder, compute_fingerprints(folder)))


def changed_releases(folder: Traversable) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Simple record names whose released texts are not those that were released, with one line for each text."""
    kept, found = read_fingerprints(folder), compute_fingerprints(folder)
    for name in sorted({*kept, *found}):
        if lines := tuple(_changed(name, kept, found)):
            yield name, lines


def _changed(name: str, kept: Fingerprints, found: Fingerprints) -> Iterator[str]:
    before, after = kept.get(name, {}), found.get(name, {})
    for version in sorted({*before, *after}, key=int):
        path = f"released/{name}/{version}.avsc"
        if version not in after:
            yield f"{path} was released and is gone: take it back with `git checkout -- {path}`."
        elif version not in before:
            yield f"{path} was put there by hand: remove it and run `fraud-schemas release`."
        elif before[version] != after[version]:
            yield (
                f"{path} was changed after its release: take it back with `git checkout -- {path}`, "
                f"make the change in {name}.avsc and run `fraud-schemas release`."
            )


def _unreleased(folder: Traversable, found: Fingerprints) -> Iterator[str]:
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name, dot, kind = file.name.rpartition(".")
        if dot and kind == "avsc":
            versions = found.get(name, {})
            newest = versions[max(versions, key=int)] if versions else None
            if newest != _fingerprint(file):
                yield f"{file.name} differs from its newest release: run `fraud-schemas release` or undo the change."


def _released(folder: Traversable) -> Iterator[tuple[str, dict[str, str]]]:
    for record in (folder / "released").iterdir():
        if record.is_dir():
            texts = {file.name[:-5]: _fingerprint(file) for file in record.iterdir() if file.name.endswith(".avsc")}
            yield record.name, texts


def _fingerprint(file: Traversable) -> str:
    return hashlib.sha256(file.read_text("utf-8").encode()).hexdigest()


def _number(entry: tuple[str, str]) -> int:
    return int(entry[0])
