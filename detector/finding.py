"""What one rule found on one payment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from detector.level import Level


@dataclass(slots=True)  # not frozen: that makes each one cost four times as much, and there are many
class Finding:
    """One rule's finding on one row of a batch; the fields are those of `fraud.Finding`.

    Args:
        row: Row of the batch, counted from 0.
        rule: Id of the rule.
        rule_version: Version of the rule, counted from 1.
        level: Level of the band that was hit.
        score: Points this finding adds to the score of the payment.
        reason: The finding in words a person can read.
        measured: Measured values by name, as decimal text without loss.
        threshold: Lower bound of the band that was hit, as decimal text.
        episode: Id of the episode this finding opens or updates; empty for a rule without memory.
        evidence: Ids of payments that support the finding, capped.
        evidence_total: How many payments support the finding, the cap aside.
    """

    row: int
    rule: str
    rule_version: int
    level: Level
    score: int
    reason: str
    measured: Mapping[str, str] = field(default_factory=dict)
    threshold: str = ""
    episode: str = ""
    evidence: tuple[str, ...] = ()
    evidence_total: int = 0
