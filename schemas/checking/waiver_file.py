"""The file of waivers: objections that somebody accepts, with a reason and a last day."""

from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from schemas.checking.change import CheckedChange
from schemas.errors import ContractError
from schemas.evolution.waivers import Waiver, apply

FILE = "waivers.yaml"
"""Name of the file in the folder of contracts."""

KEYS = ("subject", "path", "rule", "reason", "expires")


def read_waivers(
    file: Path | Traversable, known_rules: Sequence[str], subjects: Mapping[str, str]
) -> tuple[Waiver, ...]:
    """The waivers in a file.

    Args:
        known_rules: Ids a waiver may name.
        subjects: Subject by the name of its topic setting; a waiver may give either.

    Raises:
        ContractError: the file cannot be read, or a waiver is incomplete or names an unknown rule or subject.
    """
    try:
        entries = (YAML(typ="safe").load(file.read_text("utf-8")) or {}).get("waivers") or []
    except (OSError, YAMLError, AttributeError) as error:
        raise ContractError(f"{file} cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(entries, list):
        raise ContractError(f"{file}: `waivers` is no list.")
    return tuple(_waiver(entry, f"{file}, waiver {n}", known_rules, subjects) for n, entry in enumerate(entries, 1))


def with_waivers(
    changes: Sequence[CheckedChange], waivers: Sequence[Waiver], today: date, *, whole: bool = True
) -> tuple[CheckedChange, ...]:
    """The changes with waived findings marked, and an error for each waiver that is expired or unused.

    Args:
        whole: The changes are all that the waivers can be about. Beside a git ref or a registry a contract may have
            nothing left to object to, so there a waiver that covers nothing is no error.
    """
    if not whole:
        waivers = [waiver for waiver in waivers if any(_covers(waiver, change) for change in changes)]
    return tuple(
        change.with_findings(
            apply(change.findings, _relevant(change, later, changes, waivers), today, subject=change.subject)
        )
        for change, later in ((change, changes[index + 1 :]) for index, change in enumerate(changes))
    )


def _relevant(
    change: CheckedChange, later: Sequence[CheckedChange], changes: Sequence[CheckedChange], waivers: Sequence[Waiver]
) -> list[Waiver]:
    """Waivers that cover something here; an unused one is told once, with the last change of its subject."""
    is_last = all(other.subject != change.subject for other in later)
    return [
        waiver
        for waiver in waivers
        if waiver.subject == change.subject
        and (_covers(waiver, change) or (is_last and not any(_covers(waiver, other) for other in changes)))
    ]


def _covers(waiver: Waiver, change: CheckedChange) -> bool:
    return any(waiver.covers(change.subject, finding) for finding in change.findings)


def _waiver(entry: Any, where: str, known_rules: Sequence[str], subjects: Mapping[str, str]) -> Waiver:
    if not isinstance(entry, Mapping) or sorted(entry) != sorted(KEYS):
        raise ContractError(f"{where}: give exactly {', '.join(KEYS)}.")
    subject = subjects.get(entry["subject"], entry["subject"])
    if subject not in subjects.values():
        raise ContractError(f"{where}: no subject {entry['subject']!r}; there are {', '.join(subjects)}.")
    if entry["rule"] not in known_rules:
        raise ContractError(f"{where}: no rule {entry['rule']!r}; `fraud-schemas rules` lists them.")
    if not isinstance(entry["expires"], date) or not str(entry["reason"]).strip():
        raise ContractError(f"{where}: `expires` is a date such as 2027-01-31, and `reason` says why.")
    return Waiver(subject, str(entry["path"]), entry["rule"], str(entry["reason"]), entry["expires"])
