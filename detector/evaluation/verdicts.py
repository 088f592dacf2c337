"""What a rule set says about labelled payments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detector.evaluation.labelled import Labelled, Marks
from detector.rules.rule_set import RuleSet
from detector.score import score
from detector.stages.judged import Judged


@dataclass(frozen=True, slots=True)
class Alert:
    """One flagged payment: its row, the episodes it opens or updates, the rows each rule cites."""

    row: int
    episodes: tuple[str, ...]
    evidence: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Verdicts:
    """All verdicts of a rule set.

    Args:
        rules: The rule set.
        scores: Points by row.
        alerts: Flagged payments, in order.
        hits: Rows with a finding, by rule; flagged or not.
    """

    rules: RuleSet
    scores: NDArray[np.int64]
    alerts: list[Alert] = field(default_factory=list)
    hits: dict[str, list[int]] = field(default_factory=dict)

    def triggered(self) -> Marks:
        """Payments that are flagged themselves."""
        marks = np.zeros(self.scores.shape[0], dtype=np.bool_)
        marks[[alert.row for alert in self.alerts]] = True
        return marks

    def cited(self, part: Marks, rule: str | None = None) -> Marks:
        """Payments that alerts of a part name, the flagged ones included; with `rule`, those that its findings name."""
        marks = np.zeros(self.scores.shape[0], dtype=np.bool_)
        for alert in self.alerts:
            if part[alert.row] and (rule is None or rule in alert.evidence):
                marks[alert.row] = True
                for name, rows in alert.evidence.items():
                    if rule in (None, name):
                        marks[list(rows)] = True
        return marks


def verdicts_of(labelled: Labelled, rules: RuleSet, on_progress: Callable[[int], None] = lambda _: None) -> Verdicts:
    """Judges labelled payments by the same core as the service; labels play no part.

    Args:
        labelled: The payments.
        rules: The rule set.
        on_progress: Called with the payments judged so far.
    """
    verdicts = Verdicts(rules, np.zeros(len(labelled), dtype=np.int64), hits={rule.rule: [] for rule in rules.rules})
    start = 0
    for judged in score(labelled.payments, rules):
        size = len(judged.batch)
        verdicts.scores[start : start + size] = judged.scores
        _take_hits(verdicts, judged, start)
        _take_alerts(verdicts, judged, start, labelled.rows)
        start += size
        on_progress(start)
    return verdicts


def _take_hits(verdicts: Verdicts, judged: Judged, start: int) -> None:
    stages = ((judged.rules.payer, judged.screened.hits), (judged.rules.payee, judged.payee_hits))
    for stage, hits in stages:
        for measure, planned in enumerate(stage.rows):
            if hits is not None:
                verdicts.hits[planned.rule.rule].extend((hits.rows[hits.measures == measure] + start).tolist())
    for row, findings in judged.screened.findings.items():
        for finding in findings:
            verdicts.hits[finding.rule].append(start + row)


def _take_alerts(verdicts: Verdicts, judged: Judged, start: int, rows: Mapping[str, int]) -> None:
    for row in judged.frauds.tolist():
        findings = judged.findings(row, words=False)
        evidence = {finding.rule: tuple(rows[payment] for payment in finding.evidence) for finding in findings}
        episodes = tuple(dict.fromkeys(finding.episode for finding in findings if finding.episode))
        verdicts.alerts.append(Alert(start + row, episodes, evidence))
