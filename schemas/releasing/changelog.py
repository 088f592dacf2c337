"""The entry of a release in the changelog. Pure."""

import re

from schemas.checking.change import CheckedChange
from schemas.checking.differences import Change, Difference

HEADING = "### Contract"
VERBS = {Change.ADDED: "adds", Change.REMOVED: "removes", Change.CHANGED: "changes"}


def entry_of(name: str, version: int, change: CheckedChange) -> str:
    """One line: record, version, what it adds, removes and changes, and the order of deployment."""
    told = [_told(difference) for difference in change.differences]
    what = "; ".join(told) or "refers to newer releases"
    order = f" Deploy: {change.order.sentence}." if change.order else ""
    return f"- `{name}` {version}: {what}.{order}"


def with_entry(changelog: str, entry: str) -> str:
    """The changelog with an entry at the end of the newest version's *Contract* section, which is made if need be."""
    lines = changelog.splitlines()
    versions = [n for n, line in enumerate(lines) if re.match(r"## ", line)]
    start = versions[0] + 1 if versions else len(lines)
    end = versions[1] if len(versions) > 1 else len(lines)
    heading = next((n for n in range(start, end) if lines[n] == HEADING), None)
    if heading is None:
        at = _end_of(lines, start, end)
        return "\n".join([*lines[:at], "", HEADING, entry, *lines[at:]]) + "\n"
    following = next((n for n in range(heading + 1, end) if lines[n].startswith("#")), end)
    at = _end_of(lines, heading, following)
    return "\n".join([*lines[:at], entry, *lines[at:]]) + "\n"


def _end_of(lines: list[str], start: int, end: int) -> int:
    """Behind the last line that is not blank."""
    return next((n + 1 for n in range(end - 1, start - 1, -1) if lines[n].strip()), start)


def _told(difference: Difference) -> str:
    detail = difference.after.partition(", doc ")[0] if difference.change is Change.ADDED else ""
    return f"{VERBS[difference.change]} `{difference.path}`{f' ({detail})' if detail else ''}"
