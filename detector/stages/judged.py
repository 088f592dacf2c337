"""Verdicts on a batch."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from detector.batch import TransactionBatch
from detector.finding import Finding
from detector.level import Level
from detector.rules.rule_set import RuleSet
from detector.stages.finding_writer import writer_of
from detector.stages.hits import Hit, Hits
from detector.stages.names import Names
from detector.stages.screened import Screened
from detector.windows.layout import I64, Found


class Judged:
    """Scores of all payments of a batch; findings are put into words only when asked for.

    Holds all it needs: the state may go on.

    Args:
        rules: The rule set.
        screened: The batch.
        scores: Points of each payment.
        found: What the payee stage found; None when there is no such stage.
        names: Payments that findings of the payee stage cite.
    """

    def __init__(
        self,
        rules: RuleSet,
        screened: Screened,
        scores: I64,
        found: Found | None = None,
        names: Names | None = None,
    ) -> None:
        self.rules = rules
        self.screened = screened
        self.scores = scores
        self.names = names or Names.none(len(screened))
        self._found = found
        self._payer, self._payee = writer_of(rules.payer), writer_of(rules.payee)
        self._order = {rule.rule: place for place, rule in enumerate(rules.rules)}

    @property
    def batch(self) -> TransactionBatch:
        """The payments."""
        return self.screened.batch

    @cached_property
    def payee_hits(self) -> Hits | None:
        """What the rules on the payee found; None when there are none."""
        return None if self._found is None else Hits.found(self.rules.payee, self._found)

    @cached_property
    def _hits_of_frauds(self) -> tuple[Hits, Hits | None]:
        """Most hits lie on legit payments, and a service asks for frauds only."""
        frauds = self.frauds
        return self.screened.hits.at(frauds), None if self.payee_hits is None else self.payee_hits.at(frauds)

    @property
    def frauds(self) -> I64:
        """Rows whose score reaches `review`."""
        return np.flatnonzero(self.scores >= self.rules.settings.review)

    @property
    def suspects(self) -> I64:
        """Rows with any finding at all."""
        marked = np.zeros(len(self.screened), np.bool_)
        marked[self.screened.hits.rows] = True
        marked[list(self.screened.findings)] = True
        if self.payee_hits is not None:
            marked[self.payee_hits.rows] = True
        return np.flatnonzero(marked)

    def level(self, row: int) -> Level | None:
        """Level of a payment; None: legit."""
        return self.rules.level_of(int(self.scores[row]))

    def findings(self, row: int, words: bool = True) -> Sequence[Finding]:
        """All findings on a payment, in the order of the rule set; without `words` rule, points and evidence only."""
        found = list(self.screened.findings.get(row, ()))
        complete = {finding.rule for finding in found}
        of_payer, cited = self.rules.payer.rules, self.screened.names.of(row)
        by_payer, by_payee = self._hits_of_frauds if self.level(row) else (self.screened.hits, self.payee_hits)
        hits: Sequence[Hit] = [hit for hit in by_payer.of(row) if of_payer[hit.measure].rule not in complete]
        found += [self._payer.write(self.batch, row, hit, cited.get(hit.measure), words) for hit in hits]
        if by_payee is not None:
            cited = self.names.of(row)
            found += [
                self._payee.write(self.batch, row, hit, cited.get(hit.measure), words) for hit in by_payee.of(row)
            ]
        return sorted(found, key=lambda finding: self._order.get(finding.rule, len(self._order)))


def judged_by_payer(rules: RuleSet, screened: Screened) -> Judged:
    """The verdicts of a rule set that has rules on the payer only: they fall in the first stage."""
    return Judged(rules, screened, screened.points())
