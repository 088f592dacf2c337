"""What is known of the injected rings beside what was flagged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from generator.truth import Truth
from sandbox.flagged import Flagged

EXAMPLES = 5
"""Payments flagged wrongly that are kept to be shown."""


@dataclass(frozen=True, slots=True)
class Ring:
    """One ring.

    Args:
        ring: Its name in the truth.
        pattern: Its pattern.
        payments: Payments of it that were sent.
        found_after: The first flagged one is the so manyth of them; None: none was flagged.
        named: How many of them were flagged, or named as evidence.
    """

    ring: str
    pattern: str
    payments: int
    found_after: int | None
    named: int

    def as_dict(self) -> dict[str, str | int | None]:
        """The fields by name."""
        return {
            "ring": self.ring,
            "pattern": self.pattern,
            "payments": self.payments,
            "found_after": self.found_after,
            "named": self.named,
        }


@dataclass(frozen=True, slots=True)
class Discoveries:
    """What was flagged, rightly and wrongly.

    Args:
        rings: Rings of which a payment was sent, in that order.
        right: Flagged payments that are fraud.
        wrong: Flagged payments that are not.
        learning: Payments flagged while the rules learned; they count for neither.
        examples: Some of the wrong ones.
    """

    rings: Sequence[Ring] = ()
    right: int = 0
    wrong: int = 0
    learning: int = 0
    examples: Sequence[Flagged] = ()

    @property
    def found(self) -> int:
        """Rings with a flagged payment."""
        return sum(ring.found_after is not None for ring in self.rings)

    @property
    def patterns(self) -> Mapping[str, Sequence[Ring]]:
        """Rings by pattern, by name."""
        names = sorted({ring.pattern for ring in self.rings})
        return {name: [ring for ring in self.rings if ring.pattern == name] for name in names}

    def as_dict(self) -> dict[str, Any]:
        """The fields by name, with sums."""
        return {
            "injected": len(self.rings),
            "found": self.found,
            "rings": [ring.as_dict() for ring in self.rings],
            "flagged_rightly": self.right,
            "flagged_wrongly": self.wrong,
            "flagged_while_learning": self.learning,
            "examples_of_wrong": [example.as_dict() for example in self.examples],
        }


class Discovering:
    """Keeps the truth of what was sent beside what was flagged.

    Delivery: memory only; grows by one entry per payment that is fraud or flagged; threads may note and ask at once.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._truths: dict[str, Truth] = {}
        self._flagged: dict[str, Flagged] = {}
        self._named: set[str] = set()
        self._learning = 0

    def sent(self, truths: Iterable[Truth]) -> None:
        """Notes the truths of payments on their way."""
        with self._lock:
            self._truths.update((truth.id, truth) for truth in truths)

    def found(self, payment: Flagged) -> None:
        """Notes a flagged payment."""
        with self._lock:
            self._flagged[payment.id] = payment
            self._named.update(payment.evidence)

    def begin(self) -> None:
        """What was flagged so far was flagged while learning."""
        with self._lock:
            self._learning = len(self._flagged)
            self._flagged, self._named = {}, set()

    def fraud(self) -> Mapping[str, Truth]:
        """Truths by payment."""
        with self._lock:
            return dict(self._truths)

    def now(self) -> Discoveries:
        """How things stand."""
        with self._lock:
            members: dict[str, list[Truth]] = {}
            for truth in self._truths.values():
                if truth.ring:
                    members.setdefault(truth.ring, []).append(truth)
            wrong = [payment for name, payment in self._flagged.items() if name not in self._truths]
            return Discoveries(
                rings=[self._ring(ring, truths) for ring, truths in members.items()],
                right=len(self._flagged) - len(wrong),
                wrong=len(wrong),
                learning=self._learning,
                examples=wrong[:: max(1, len(wrong) // EXAMPLES)][:EXAMPLES],
            )

    def _ring(self, ring: str, truths: Sequence[Truth]) -> Ring:
        after = (place for place, truth in enumerate(truths, 1) if truth.id in self._flagged)
        named = sum(truth.id in self._flagged or truth.id in self._named for truth in truths)
        return Ring(ring, truths[0].pattern, len(truths), next(after, None), named)
