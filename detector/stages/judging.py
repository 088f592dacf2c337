"""Both stages as one partition: what `score`, `evaluate` and rule tests run."""

from detector.batch import TransactionBatch
from detector.rules.rule_set import RuleSet
from detector.stages.columns import keyed
from detector.stages.judged import Judged, judged_by_payer
from detector.stages.payee_stage import PayeeStage
from detector.stages.payer_stage import PayerStage
from detector.state.limits import Limits
from detector.state.partition_state import PartitionState


class Judging:
    """Judges payments in order, all accounts in one partition.

    Delivery: the state lies in memory, in `state`.

    Args:
        rules: The rule set.
        limits: Bounds of memory.
    """

    def __init__(self, rules: RuleSet, limits: Limits | None = None) -> None:
        self._rules = rules
        self.state = PartitionState(rules, limits)
        self._payer = PayerStage(rules, self.state)
        self._payee = PayeeStage(rules, self.state)

    def process(self, batch: TransactionBatch) -> Judged:
        """The verdicts on a batch."""
        screened = self._payer.process(keyed(batch))
        if not self._rules.two_stages:
            return judged_by_payer(self._rules, screened)
        return self._payee.process(screened)
