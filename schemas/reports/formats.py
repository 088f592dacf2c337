"""The formats a report can have."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from schemas.checking.change import CheckedChange
from schemas.reports.github import github_report
from schemas.reports.json_document import json_report
from schemas.reports.junit import junit_report
from schemas.reports.sarif import sarif_report
from schemas.reports.text import text_report


class Format(StrEnum):
    """Name of a format on the command line."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    JUNIT = "junit"


WRITERS: Mapping[Format, Callable[[Sequence[CheckedChange]], str]] = {
    Format.TEXT: text_report,
    Format.JSON: json_report,
    Format.SARIF: sarif_report,
    Format.GITHUB: github_report,
    Format.JUNIT: junit_report,
}


def report(changes: Sequence[CheckedChange], form: Format) -> str:
    """The report in a format."""
    return WRITERS[form](changes)
