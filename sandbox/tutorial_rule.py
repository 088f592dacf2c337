"""What the tutorial's rule, `amount >= 900`, would have flagged of the same payments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from generator.truth import Truth


@dataclass(frozen=True, slots=True)
class TutorialRule:
    """What it would have flagged: payments that are fraud, others, and rings with such a payment."""

    right: int
    wrong: int
    rings: int

    @classmethod
    def of(cls, large: Sequence[str], fraud: Mapping[str, Truth]) -> Self:
        """Its account.

        Args:
            large: Ids of the payments it would flag.
            fraud: Truths by payment.
        """
        truths = [fraud[name] for name in large if name in fraud]
        return cls(len(truths), len(large) - len(truths), len({truth.ring for truth in truths if truth.ring}))

    def as_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return {"rings_found": self.rings, "flagged_rightly": self.right, "flagged_wrongly": self.wrong}
