"""A flagged payment, as a person looks at it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

CENTS = 2


@dataclass(frozen=True, slots=True)
class Flagged:
    """One record of the fraud topic.

    Args:
        id: Of the payment.
        source: Who paid.
        target: Who was paid.
        amount: With its currency.
        level: `REVIEW` or `BLOCK`.
        reasons: What the rules found, the weightiest first.
        evidence: Ids of the payments that the findings name.
        episode: Of the weightiest finding; empty for a rule without memory.
    """

    id: str
    source: str
    target: str
    amount: str
    level: str
    reasons: tuple[str, ...]
    evidence: tuple[str, ...] = ()
    episode: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)


def flagged(record: Mapping[str, Any]) -> Flagged:
    """What to show of a `fraud.FlaggedTransaction`."""
    payment = record["transaction"]
    findings = sorted(record["findings"], key=lambda finding: -finding["score"])
    return Flagged(
        id=payment["id"],
        source=payment["source"],
        target=payment["target"],
        amount=f"{_plain(payment['amount'])} {payment['currency']}",
        level=record["level"],
        reasons=tuple(finding["reason"] for finding in findings),
        evidence=tuple(name for finding in findings for name in finding["evidence"]),
        episode=findings[0]["episode"] if findings else "",
    )


def _plain(amount: Decimal) -> str:
    """Without the zeros of the contract's scale, but with cents."""
    short = amount.normalize()
    exponent = short.as_tuple().exponent
    return f"{short:f}" if isinstance(exponent, int) and exponent < -CENTS else f"{short:.{CENTS}f}"
