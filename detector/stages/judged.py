"""Verdicts on a batch."""

from collections.abc import Sequence

import numpy as np

from detector.batch import TransactionBatch
from detector.finding import Finding
from detector.level import Level
from detector.rules.rule_set import RuleSet
from detector.stages.cited import Cited
from detector.stages.finding_writer import FindingWriter, Hit
from detector.stages.screened import Screened
from detector.windows.layout import I64


class Judged:
    """Scores of all payments of a batch; findings are put into words only when asked for.

    Args:
        rules: The rule set.
        screened: The batch.
        scores: Points of each payment.
        hits: Hits of the payee stage by row.
        cited: Payments that findings of the payee stage name; None when there is no such stage.
    """

    def __init__(
        self,
        rules: RuleSet,
        screened: Screened,
        scores: I64,
        hits: dict[int, list[Hit]] | None = None,
        cited: Cited | None = None,
    ) -> None:
        self._rules = rules
        self._screened = screened
        self._hits = hits or {}
        self._cited = cited
        self._payer, self._payee = FindingWriter(rules.payer), FindingWriter(rules.payee)
        self._order = {rule.rule: place for place, rule in enumerate(rules.rules)}
        self.scores = scores

    @property
    def batch(self) -> TransactionBatch:
        """The payments."""
        return self._screened.batch

    @property
    def frauds(self) -> I64:
        """Rows whose score reaches `review`."""
        return np.flatnonzero(self.scores >= self._rules.settings.review)

    @property
    def suspects(self) -> I64:
        """Rows with any finding at all."""
        rows = set(np.flatnonzero(self.scores).tolist()) | set(self._hits) | set(self._screened.findings)
        return np.array(sorted(rows), dtype=np.int64)

    def lone_hits(self) -> dict[tuple[str, int], I64]:
        """Rows of legit payments whose only finding is of a rule on the payer without episode, by rule and points."""
        rows, hits = self._screened.single_hits()
        alone = np.isin(rows, [*self._hits, *self._screened.findings], invert=True)
        alone &= self.scores[rows] < self._rules.settings.review
        rows, hits = rows[alone], hits[alone]
        found = {}
        for hit in np.unique(hits).tolist():
            rule = self._rules.payer.rows[hit >> 8].rule
            found[rule.rule, rule.bands[hit & 255].score] = rows[hits == hit]
        return found

    def level(self, row: int) -> Level | None:
        """Level of a payment; None: legit."""
        return self._rules.level_of(int(self.scores[row]))

    def findings(self, row: int, words: bool = True) -> Sequence[Finding]:
        """All findings on a payment, in the order of the rule set; without `words` rule, points and evidence only."""
        found = list(self._screened.findings.get(row, ()))
        complete = {finding.rule for finding in found}
        of_payer = self._rules.payer.rules
        hits = (hit for hit in self._screened.hits(row) if of_payer[hit.measure].rule not in complete)
        found.extend(self._payer.write(self.batch, row, hit, words=words) for hit in hits)
        found.extend(self._of_payee(row, hit, words) for hit in self._hits.get(row, ()))
        return sorted(found, key=lambda finding: self._order.get(finding.rule, len(self._order)))

    def _of_payee(self, row: int, hit: Hit, words: bool) -> Finding:
        evidence = self._cited.of(row, hit.measure) if self._cited else ()
        return self._payee.write(self.batch, row, hit, evidence, words)


def judged_by_payer(rules: RuleSet, screened: Screened) -> Judged:
    """The verdicts of a rule set that has rules on the payer only: they fall in the first stage."""
    return Judged(rules, screened, screened.points())
