"""What one flagged payment says to a person."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Alert:
    """One notification.

    `id` is a function of the flagged record alone, so a repeat after a restart carries the same one and a receiver can
    drop it. `episodes` names the episodes (one per rule and key) the payment opens or updates; a payment that only
    rules without memory flagged is its own episode. `amount` is exact decimal text, `occurred_at` RFC 3339 in UTC.
    """

    id: str
    episodes: tuple[str, ...]
    level: str
    score: int
    transaction: str
    source: str
    target: str
    amount: str
    currency: str
    occurred_at: str
    reasons: tuple[str, ...]
    rules: tuple[str, ...]
    evidence: tuple[str, ...]
    evidence_total: int
    rule_set: str

    def fields(self) -> dict[str, Any]:
        """The alert as JSON-ready values."""
        return asdict(self)


def alert_of(flagged: Mapping[str, Any]) -> Alert:
    """The alert that a decoded `fraud.FlaggedTransaction` gives."""
    payment = flagged["transaction"]
    findings = flagged["findings"]
    evidence = tuple(dict.fromkeys(one for finding in findings for one in finding["evidence"]))
    return Alert(
        id=hashlib.sha256(f"{flagged['rule_set']}:{payment['id']}".encode()).hexdigest()[:32],
        episodes=_episodes(findings, payment["id"]),
        level=flagged["level"],
        score=flagged["score"],
        transaction=payment["id"],
        source=payment["source"],
        target=payment["target"],
        amount=_plain(payment["amount"]),
        currency=payment["currency"],
        occurred_at=_text(payment["occurred_at"]),
        reasons=tuple(finding["reason"] for finding in findings),
        rules=tuple(finding["rule"] for finding in findings),
        evidence=evidence,
        evidence_total=max((finding["evidence_total"] for finding in findings), default=0),
        rule_set=flagged["rule_set"],
    )


def _episodes(findings: list[Mapping[str, Any]], payment: str) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(finding["episode"] for finding in findings if finding["episode"]))
    return named or (f"payment:{payment}",)


def _plain(amount: Decimal) -> str:
    """At least two fraction digits, no others that are zero."""
    whole, _, fraction = f"{amount:f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
