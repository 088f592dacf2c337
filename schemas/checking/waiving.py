"""The waivers of this project applied to what was found."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from importlib.resources.abc import Traversable
from pathlib import Path

from schemas.checking.change import CheckedChange
from schemas.checking.project_rules import KNOWN_RULES
from schemas.checking.waiver_file import FILE, read_waivers, with_waivers
from schemas.evolution.waivers import Waiver
from schemas.manifest import read_manifest
from schemas.settings import TopicSettings


def today() -> date:
    """The day, in UTC: a waiver ends everywhere at once."""
    return datetime.now(UTC).date()  # noqa: TID251 (the edge's clock)


def project_waivers(path: Path | None, folder: Traversable, topics: TopicSettings) -> tuple[Waiver, ...]:
    """The waivers in `path`, else those beside the manifest; none where that file is not there.

    Raises:
        ContractError: the file cannot be read or a waiver is incomplete.
    """
    file = path or folder / FILE
    if path is None and not file.is_file():
        return ()
    subjects = {contract.topic: topics.subject_of(contract.topic) for contract in read_manifest(folder)}
    return read_waivers(file, KNOWN_RULES, subjects)


def waived(
    changes: Sequence[CheckedChange],
    path: Path | None,
    folder: Traversable,
    topics: TopicSettings,
    *,
    whole: bool = True,
) -> tuple[CheckedChange, ...]:
    """The changes with the waivers applied as of today; `whole` as in `with_waivers`, errors as `project_waivers`."""
    return with_waivers(changes, project_waivers(path, folder, topics), today(), whole=whole)
