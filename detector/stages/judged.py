"""Verdicts on a batch."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from detector.batch import TransactionBatch
from detector.finding import Finding
from detector.level import Level
from detector.rules.rule_set import RuleSet
from detector.stages.hits import Hits
from detector.stages.kinds import citing_of
from detector.stages.names import Names
from detector.stages.screened import Screened
from detector.stages.told import Told
from detector.stages.wordings import wordings_of
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
        self.wordings = wordings_of(rules)

    @property
    def batch(self) -> TransactionBatch:
        """The payments."""
        return self.screened.batch

    @cached_property
    def payee_hits(self) -> Hits | None:
        """What the rules on the payee found; None when there are none."""
        return None if self._found is None else Hits.found(self.rules.payee, self._found)

    @cached_property
    def told(self) -> Told:
        """What is told of all rows."""
        stages = [self.screened.hits] if self.payee_hits is None else [self.screened.hits, self.payee_hits]
        return self._told(np.arange(len(self.screened)), stages)

    @cached_property
    def told_of_frauds(self) -> Told:
        """What is told of the frauds alone: most hits lie on legit payments, and a service asks for frauds only."""
        return self.told_on(self.frauds)

    def told_on(self, rows: I64) -> Told:
        """What is told of some rows, rising; hits on others are not unpacked."""
        stages = [self.screened.hits_on(rows)]
        if self._found is not None:
            found = self._found._replace(rows=self._found.rows[rows])
            stages.append(Hits.found(self.rules.payee, found).renamed(rows))
        return self._told(rows, stages)

    def _told(self, rows: I64, stages: Sequence[Hits]) -> Told:
        hits = list(zip(stages, self.wordings.places, strict=False))
        return Told(self.screened.keyed, rows, hits, (self.screened.names, self.names))

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
        told = self.told if self.level(row) is None else self.told_of_frauds
        payment, cited, wordings = told.payments[row], told.cited.get(row, {}), self.wordings.by_kind
        found = [
            wordings[hit[0]].finding(row, hit, payment, cited.get(citing_of(hit[0])), words) for hit in told.of(row)
        ]
        complete = self.screened.findings.get(row)
        return found if complete is None else self._with(complete, found)

    def _with(self, complete: Sequence[Finding], found: Sequence[Finding]) -> Sequence[Finding]:
        """All findings in order; a rule whose finding came complete is not worded again."""
        rules = {finding.rule for finding in complete}
        others = [finding for finding in found if finding.rule not in rules]
        return sorted([*complete, *others], key=lambda finding: self.wordings.place(finding.rule))


def judged_by_payer(rules: RuleSet, screened: Screened) -> Judged:
    """The verdicts of a rule set that has rules on the payer only: they fall in the first stage."""
    return Judged(rules, screened, screened.points())
