"""Findings of rules in Python, brought into the payer stage."""

from collections.abc import Sequence
from dataclasses import replace

from detector.batch import TransactionBatch
from detector.finding import Finding
from detector.rules.format.rule_file import RuleFile
from detector.rules.rule_set import RuleSet
from detector.stages.screened import Screened
from detector.windows.tags import POINTS_SHIFT


def with_python_findings(rules: RuleSet, screened: Screened) -> Screened:
    """The same batch with what rules in Python find; their points count in the score."""
    found = _evaluated(rules, screened.batch)
    if not found:
        return screened
    findings = dict(screened.findings)
    tags, starts = screened.tags.copy(), screened.starts
    for finding in found:
        findings[finding.row] = (*findings.get(finding.row, ()), finding)
        tags[starts[finding.row] + 1] += finding.score << POINTS_SHIFT
    return Screened(screened.keyed, tags, screened.ends, screened.names, findings)


def _evaluated(rules: RuleSet, batch: TransactionBatch) -> Sequence[Finding]:
    return [_owned(finding, file, batch) for file, rule in rules.in_python for finding in rule.evaluate(batch)]


def _owned(finding: Finding, file: RuleFile, batch: TransactionBatch) -> Finding:
    """The finding under the id and version of the rule file; the payment itself is evidence where there is no other."""
    evidence = finding.evidence or (batch.ids[finding.row],)
    total = max(len(evidence), finding.evidence_total)
    return replace(finding, rule=file.rule, rule_version=file.version, evidence=evidence, evidence_total=total)
