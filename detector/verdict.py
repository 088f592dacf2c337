"""From findings to verdicts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from detector.finding import Finding
from detector.level import Level


@dataclass(slots=True)  # not frozen: that makes each one cost four times as much, and there are many
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
    verdicts: dict[int, Verdict] = {}
    last, rising = -1, True
    for finding in findings:
        row = finding.row
        known = verdicts.get(row)
        verdicts[row] = Verdict(finding.level, finding.score, (finding,)) if known is None else _with(known, finding)
        rising, last = rising and last <= row, row
    return verdicts if rising else dict(sorted(verdicts.items()))


def _with(verdict: Verdict, finding: Finding) -> Verdict:
    level = max(verdict.level, finding.level, key=lambda level: level.rank)
    return Verdict(level, verdict.score + finding.score, (*verdict.findings, finding))
