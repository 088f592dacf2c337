"""The contracts as they were at a git ref, and what became of them since."""

import io
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from schemas.checking.change import CheckedChange
from schemas.checking.project_rules import CONTRACT_REMOVED, LEVEL_LOWERED, RELEASE_CHANGED, project_finding
from schemas.checking.schema_file import SchemaFile
from schemas.checking.subjects import ContractHistory
from schemas.errors import ContractError
from schemas.evolution.finding import Finding
from schemas.evolution.levels import is_transitive, promised

SECONDS = 60


@contextmanager
def contracts_at(ref: str, folder: Path) -> Iterator[Path]:
    """A folder with the contracts as they were at `ref`; gone with the context.

    Raises:
        ContractError: no git, no such ref, or no contracts at it.
    """
    top = Path(_git(folder, "rev-parse", "--show-toplevel").decode().strip())
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").decode().strip()
    if not commit:
        raise ContractError(f"git knows no commit {ref!r}; fetch it first, for example `git fetch origin`.")
    inside = folder.resolve().relative_to(top.resolve()).as_posix()
    packed = _git(top, "archive", "--format=tar", commit, inside)
    with TemporaryDirectory() as place:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(place, filter="data")
        yield Path(place) / inside


def check_since(before: Sequence[ContractHistory], now: Sequence[ContractHistory], ref: str) -> list[CheckedChange]:
    """What changed between two states of the contracts: every version since, released or not, under today's level."""
    by_topic = {history.contract.topic: history for history in now}
    changes: list[CheckedChange] = []
    for earlier in before:
        later = by_topic.pop(earlier.contract.topic, None)
        changes.append(_removed(earlier, ref) if later is None else _since(earlier, later, ref))
    changes += [history.check(history.versions[:-1], history.versions[-1]) for history in by_topic.values()]
    return changes


def _since(before: ContractHistory, now: ContractHistory, ref: str) -> CheckedChange:
    named = tuple(
        replace(file, path=f"{ref}:{file.path}", name=f"{ref}: {file.name}") for file in _placed(before.versions, now)
    )
    objections = (*_changed_releases(before, now, ref), *_lowered(before, now, ref))
    if before.versions[-1].text == now.versions[-1].text and len(before.versions) == len(now.versions):
        unchanged = CheckedChange(now.subject, now.contract.compatibility, named, now.versions[-1])
        return unchanged.with_findings(objections)
    common = len(before.released)
    between = now.versions[common:-1]
    earlier = (*named[: len(before.released)], *between) or named
    change = now.check(earlier, now.versions[-1], len(now.versions))
    return change.with_findings((*change.findings, *objections))


def _placed(versions: Sequence[SchemaFile], now: ContractHistory) -> Iterator[SchemaFile]:
    """The files with the paths they have today, not those of the folder they were unpacked into."""
    folder = Path(now.released[0].path).parents[2]
    for file in versions:
        parts = Path(file.path).parts
        inside = parts[-3:] if "released" in parts[-3:] else parts[-1:]
        yield replace(file, path=folder.joinpath(*inside).as_posix())


def _changed_releases(before: ContractHistory, now: ContractHistory, ref: str) -> Iterator[Finding]:
    for number, file in enumerate(before.released):
        if number >= len(now.released) or now.released[number].text != file.text:
            happened = "was removed" if number >= len(now.released) else "was changed"
            message = f"{before.contract.record} version {number + 1}, released at {ref}, {happened}."
            consequence = "Records written with it can no longer be matched to what was registered."
            yield project_finding(RELEASE_CHANGED, before.contract.record, message, consequence)


def _lowered(before: ContractHistory, now: ContractHistory, ref: str) -> Iterator[Finding]:
    old, new = before.contract.compatibility, now.contract.compatibility
    fewer = set(promised(old)) - set(promised(new))
    if fewer or (is_transitive(old) and not is_transitive(new)):
        message = f"Compatibility level of {now.subject} changed from {old} at {ref} to {new}."
        yield project_finding(LEVEL_LOWERED, now.contract.record, message, "Changes that broke consumers now pass.")


def _removed(history: ContractHistory, ref: str) -> CheckedChange:
    message = f"The contract of {history.contract.topic}, there at {ref}, was removed."
    finding = project_finding(CONTRACT_REMOVED, history.contract.record, message, "Its readers have no schema.")
    return CheckedChange(history.subject, history.contract.compatibility, (), history.versions[-1], (finding,))


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ContractError(f"git cannot be run: {error}.") from error
    if done.returncode and arguments[:2] != ("rev-parse", "--verify"):
        told = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise ContractError(f"git {arguments[0]}: {told[-1]}; run it inside a checkout of the contracts.")
    return done.stdout
