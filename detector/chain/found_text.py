"""What the payer stage found on a payment beyond its tags, as JSON: complete findings, and links of chains."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from detector.finding import Finding
from detector.level import Level
from detector.stages.screened import ChainLink


def found_text(findings: Sequence[Finding], chains: Sequence[ChainLink]) -> str:
    """The text of the field `found`; empty where there is nothing."""
    if not findings and not chains:
        return ""
    content = {"findings": [_plain(finding) for finding in findings], "chains": [list(link) for link in chains]}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def read_found(text: str, row: int) -> tuple[tuple[Finding, ...], tuple[ChainLink, ...]]:
    """The findings and links in a text, for a row of a batch.

    Raises:
        ValueError: the text is not what `found_text` writes.
    """
    try:
        content = json.loads(text)
        findings = tuple(_finding(fields, row) for fields in content["findings"])
        links = tuple(ChainLink(int(chain), str(payment), int(points)) for chain, payment, points in content["chains"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{text[:80]!r} tells no findings: {type(error).__name__} {error}") from error
    return findings, links


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
