"""From findings to verdicts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from detector.finding import Finding
from detector.level import Level


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on one payment that is fraud.

    Args:
        level: The gravest level of its findings.
        score: Sum of the points of its findings.
        findings: What the rules found, in the order of the rule set.
    """

    level: Level
    score: int
    findings: Sequence[Finding]


def judge(findings: Iterable[Finding]) -> Mapping[int, Verdict]:
    """Verdicts by row, in rising order of rows; a row without a finding is legit and has none."""
    by_row: dict[int, list[Finding]] = {}
    for finding in findings:
        by_row.setdefault(finding.row, []).append(finding)
    return {row: _verdict(by_row[row]) for row in sorted(by_row)}


def _verdict(found: Sequence[Finding]) -> Verdict:
    if len(found) == 1:
        return Verdict(found[0].level, found[0].score, found)
    level = max((finding.level for finding in found), key=lambda level: level.rank)
    return Verdict(level, sum(finding.score for finding in found), found)
