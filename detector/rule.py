"""What the detector asks of a rule."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from detector.batch import TransactionBatch
from detector.finding import Finding


@runtime_checkable
class Rule(Protocol):
    """Looks at a batch in log order and says which rows it finds suspicious.

    A rule is pure: its findings follow from the batches it has seen, in order, and from nothing else. How the log is
    cut into batches never changes a finding.
    """

    @property
    def id(self) -> str:
        """Name of the rule, stable over versions."""

    @property
    def version(self) -> int:
        """Version of the rule, counted from 1."""

    @property
    def definition(self) -> str:
        """Everything that decides its findings, as canonical text; the hash of the rule set is made of it."""

    def evaluate(self, batch: TransactionBatch) -> Sequence[Finding]:
        """The findings on `batch`, in rising order of rows."""
