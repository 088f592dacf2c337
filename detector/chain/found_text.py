"""Complete findings of the payer stage as JSON: those of rules in Python."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from detector.finding import Finding
from detector.level import Level


def found_text(findings: Sequence[Finding]) -> str:
    """The text of the field `found`; empty where there is nothing."""
    if not findings:
        return ""
    content = {"findings": [_plain(finding) for finding in findings]}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def read_found(text: str, row: int) -> tuple[Finding, ...]:
    """The findings in a text, for a row of a batch.

    Raises:
        ValueError: the text is not what `found_text` writes.
    """
    try:
        return tuple(_finding(fields, row) for fields in json.loads(text)["findings"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{text[:80]!r} tells no findings: {type(error).__name__} {error}") from error


def _plain(finding: Finding) -> Mapping[str, Any]:
    return {
        "rule": finding.rule,
        "rule_version": finding.rule_version,
        "level": finding.level.value,
        "score": finding.score,
        "reason": finding.reason,
        "measured": dict(finding.measured),
        "threshold": finding.threshold,
        "episode": finding.episode,
        "evidence": finding.evidence,
        "evidence_total": finding.evidence_total,
    }


def _finding(fields: Mapping[str, Any], row: int) -> Finding:
    given = {**fields, "level": Level(fields["level"]), "evidence": tuple(fields["evidence"])}
    return Finding(row=row, **given)
