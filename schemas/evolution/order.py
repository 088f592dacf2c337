"""The order in which findings are told."""

from collections.abc import Iterable
from typing import Final

from schemas.evolution.finding import Finding, Severity

_RANK: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def gravity(severity: Severity) -> int:
    """0 for the gravest."""
    return _RANK[severity]


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Gravest first, else as they were found; each once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: gravity(finding.severity)))
