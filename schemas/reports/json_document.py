"""The report as one JSON document."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from schemas.checking.change import CheckedChange
from schemas.checking.schema_file import SchemaFile
from schemas.deploy_order import DeployOrder
from schemas.evolution.finding import Finding, Location
from schemas.printable import printable_values


def json_report(changes: Sequence[CheckedChange]) -> str:
    """`objects` says whether the exit status is 1; every finding carries both places with file, line and column."""
    document = {
        "objects": any(change.objects for change in changes),
        "changes": [change_document(change) for change in changes],
    }
    return json_text(document) + "\n"


def json_text(document: Mapping[str, Any]) -> str:
    """A document as every reader of JSON takes it: what is from outside is printable."""
    return json.dumps(printable_values(document), indent=2, ensure_ascii=False)


def change_document(change: CheckedChange) -> dict[str, Any]:
    """One change."""
    return {
        "subject": change.subject,
        "level": change.level,
        "old": change.before.path if change.before else None,
        "new": change.now.path,
        "objects": change.objects,
        "standard_check": change.standard.value,
        "deploy_order": order_document(change.order),
        "differences": [asdict(difference) for difference in change.differences],
        "notes": list(change.notes),
        "findings": [_finding(change, finding) for finding in change.findings],
    }


def order_document(order: DeployOrder | None) -> Mapping[str, Any] | None:
    """An order of deployment."""
    return asdict(order) if order else None


def _finding(change: CheckedChange, finding: Finding) -> dict[str, Any]:
    before = change.file_before(finding)
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "direction": finding.direction.value,
        "message": finding.message,
        "consequence": finding.consequence,
        "old": _place(before, finding.old) if before and finding.old else None,
        "new": _place(change.now, finding.new) if finding.new else None,
        "old_version": finding.old_version,
        "waiver": {**asdict(finding.waiver), "expires": str(finding.waiver.expires)} if finding.waiver else None,
    }


def _place(file: SchemaFile, location: Location) -> dict[str, Any]:
    position = file.position(location)
    document = file.document(location)
    return {"path": location.path, "file": document.path, "line": position.line, "column": position.column}
