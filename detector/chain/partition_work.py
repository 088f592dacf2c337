"""One partition's share of the work: its state, both stages, and how far both logs are folded in."""

from collections.abc import Mapping

from detector.batch import TransactionBatch
from detector.rules.rule_set import RuleSet
from detector.stages.payee_stage import PayeeStage
from detector.stages.payer_stage import PayerStage
from detector.state.partition_state import PartitionState


class PartitionWork:
    """State of partition i of both topics, with the place in each log up to which it is the fold.

    Delivery: between `begin` and `commit` everything can be put back by `rollback`.

    Args:
        rules: The rule set.
        number: Number of the partition.
        state: What is known already.
        offsets: Next offset of each topic.
        span: Event times in milliseconds of the first payment in the state and of the latest; None: no payment yet.
    """

    def __init__(
        self,
        rules: RuleSet,
        number: int,
        state: PartitionState,
        offsets: Mapping[str, int],
        span: tuple[int, int] | None = None,
    ) -> None:
        self.number = number
        self.state = state
        self.offsets = dict(offsets)
        self.span = span
        self.payer, self.payee = PayerStage(rules, state), PayeeStage(rules, state)
        self.unsaved = 0
        """Records folded in since the last snapshot was taken."""
        self.misplaced = 0
        """Payments looked at by this process whose payer lives in another partition; see `misplaced_in`."""
        self._window = rules.longest_window
        self._before: tuple[dict[str, int], tuple[int, int] | None, int] | None = None

    @property
    def cold(self) -> bool:
        """Whether the state does not reach back over the longest window yet."""
        return self.span is None or self.span[1] - self.span[0] < self._window

    @property
    def open(self) -> bool:
        """Whether there are changes that may be put back."""
        return self._before is not None

    def begin(self) -> None:
        """Begins a transaction unless one is open."""
        if self._before is None:
            self._before = (self.offsets.copy(), self.span, self.unsaved)
            self.state.checkpoint()

    def folded(self, topic: str, offset: int, batch: TransactionBatch) -> None:
        """Notes that `topic` is folded in up to `offset`, exclusive, with the payments of `batch`."""
        self.offsets[topic] = offset
        self.unsaved += len(batch)
        if len(batch):
            first, last = int(batch.occurred_at.min()), int(batch.occurred_at.max())
            known = self.span or (first, last)
            self.span = (min(known[0], first), max(known[1], last))

    def commit(self) -> None:
        """Lets the changes stand."""
        if self._before is not None:
            self._before = None
            self.state.commit()

    def rollback(self) -> None:
        """Puts the changes back."""
        if self._before is not None:
            (self.offsets, self.span, self.unsaved), self._before = self._before, None
            self.state.rollback()
