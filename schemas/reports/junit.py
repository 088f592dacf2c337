"""JUnit XML, for build servers that show test results."""

import xml.etree.ElementTree as ET  # writes only; nothing foreign is parsed
from collections.abc import Sequence

from schemas.checking.change import CheckedChange
from schemas.evolution.finding import Severity
from schemas.printable import printable
from schemas.reports.annotation import Annotation, annotations


def junit_report(changes: Sequence[CheckedChange]) -> str:
    """One test suite a subject, one case an objection; only an error that nobody waived is a failure."""
    root = ET.Element("testsuites", name="fraud-schemas")
    for change in changes:
        _suite(root, change)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, change: CheckedChange) -> None:
    subject, told = printable(change.subject), list(annotations([change]))
    failures = sum(_fails(annotation) for annotation in told)
    suite = ET.SubElement(
        root, "testsuite", name=subject, tests=str(max(1, len(told))), failures=str(failures), errors="0"
    )
    if not told:
        ET.SubElement(suite, "testcase", classname=subject, name="no objections")
    for annotation in told:
        _case(suite, annotation)


def _case(suite: ET.Element, annotation: Annotation) -> None:
    name = f"{annotation.rule} {annotation.where}".strip()
    case = ET.SubElement(
        suite, "testcase", classname=annotation.subject, name=name, file=annotation.path, line=str(annotation.line)
    )
    text = f"{annotation.path}:{annotation.line}:{annotation.column}\n{annotation.message}"
    if _fails(annotation):
        failure = ET.SubElement(case, "failure", type=annotation.rule, message=text.splitlines()[1])
        failure.text = text
        return
    waived = f"\nWaived: {annotation.reason}" if annotation.reason is not None else ""
    ET.SubElement(case, "system-out").text = f"{annotation.severity} {text}{waived}"


def _fails(annotation: Annotation) -> bool:
    return annotation.severity is Severity.ERROR and annotation.reason is None
