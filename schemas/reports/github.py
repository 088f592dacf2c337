"""Workflow commands that GitHub turns into annotations of a pull request."""

from collections.abc import Sequence

from schemas.checking.change import CheckedChange
from schemas.evolution.finding import Severity
from schemas.reports.annotation import Annotation, annotations

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def github_report(changes: Sequence[CheckedChange]) -> str:
    """One line an objection; what is waived is a notice that says so."""
    return "".join(f"{_command(annotation)}\n" for annotation in annotations(changes))


def _command(annotation: Annotation) -> str:
    waived = annotation.reason is not None
    name = "notice" if waived else COMMANDS[annotation.severity]
    places = {"file": annotation.path, "line": annotation.line, "endLine": annotation.end_line}
    if annotation.line == annotation.end_line:
        places |= {"col": annotation.column, "endColumn": annotation.end_column}
    title = f"{annotation.rule} {annotation.where}".strip()
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in {**places, "title": title}.items())
    message = f"{annotation.message}\nWaived: {annotation.reason}" if waived else annotation.message
    return f"::{name} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
