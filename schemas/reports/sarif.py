"""SARIF 2.1.0, the format of static analysis results that code hosts and editors read."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from schemas.checking.change import CheckedChange
from schemas.checking.project_rules import EVERY_RULE, ProjectRule
from schemas.evolution.rule import Rule
from schemas.reports.annotation import Annotation, annotations

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_report(changes: Sequence[CheckedChange]) -> str:
    """One run with the whole catalogue as its rules; waived results carry a suppression."""
    index = {rule.id: position for position, rule in enumerate(EVERY_RULE)}
    driver = {"name": "fraud-schemas", "rules": [_rule(rule) for rule in EVERY_RULE]}
    results = [_result(annotation, index[annotation.rule]) for annotation in annotations(changes)]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule | ProjectRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.purpose},
        "help": {"text": rule.instead},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _result(annotation: Annotation, index: int) -> dict[str, Any]:
    region = {
        "startLine": annotation.line,
        "startColumn": annotation.column,
        "endLine": annotation.end_line,
        "endColumn": annotation.end_column,
    }
    result: dict[str, Any] = {
        "ruleId": annotation.rule,
        "ruleIndex": index,
        "level": annotation.severity.value,
        "message": {"text": annotation.message},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": _uri(annotation.path)}, "region": region},
                "logicalLocations": [{"fullyQualifiedName": annotation.where or annotation.subject}],
            }
        ],
        "partialFingerprints": {"schemaPlace/v1": f"{annotation.subject}|{annotation.rule}|{annotation.where}"},
    }
    if annotation.reason is not None:
        result["suppressions"] = [{"kind": "external", "justification": annotation.reason}]
    return result


def _uri(path: str) -> str:
    if "://" in path:
        return quote(path, safe=":/?#[]@!$&'()*+,;=%")
    file = Path(path)
    return file.as_uri() if file.is_absolute() else quote(file.as_posix())
