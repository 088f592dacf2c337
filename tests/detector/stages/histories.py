"""Histories of payments for tests: small worlds, in which accounts meet often."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from hypothesis import strategies as st

from detector.batch import TransactionBatch
from detector.rules.rule_set import RuleSet
from detector.stages.judging import Judging
from detector.state.limits import Limits

START = 1_700_000_000_000
HOUR = 3_600_000


class Payment(NamedTuple):
    """One payment of a history."""

    id: str
    source: str
    target: str
    amount: int
    currency: str
    time: int


def batch_of(payments: Sequence[Payment]) -> TransactionBatch:
    """The payments in columns."""
    return TransactionBatch.of(
        ids=[payment.id for payment in payments],
        sources=[payment.source for payment in payments],
        targets=[payment.target for payment in payments],
        amounts=[payment.amount for payment in payments],
        currencies=[payment.currency for payment in payments],
        occurred_at=[payment.time for payment in payments],
    )


@st.composite
def histories(draw: st.DrawFn, most: int = 60) -> list[Payment]:
    """Payments among six accounts, minutes to days apart, some late, some twice."""
    size = draw(st.integers(1, most))
    seed = draw(st.randoms(use_true_random=False))
    payments: list[Payment] = []
    time = START
    for number in range(size):
        time += seed.choice((0, 1, 60_000, HOUR, 7 * HOUR, 24 * HOUR - 1, 24 * HOUR))
        late = seed.choice((0, 0, 0, 0, 300_000, 2 * HOUR))
        if payments and seed.random() < 0.05:
            payments.append(seed.choice(payments)._replace(time=time))
            continue
        source, target = seed.choice("ABCDEF"), seed.choice("ABCDEF")
        amount = seed.choice((100, 105, 110, 200, 900)) * 100_000
        payments.append(Payment(f"p{number}", source, target, amount, seed.choice(("EUR", "EUR", "USD")), time - late))
    return payments


def told(
    rules: RuleSet, payments: Sequence[Payment], cuts: Sequence[int] = (), limits: Limits | None = None
) -> list[object]:
    """Scores and findings of a history that is cut into batches at `cuts`."""
    judging = Judging(rules, limits)
    found: list[object] = []
    edges = [0, *sorted(cuts), len(payments)]
    for start, end in pairwise(edges):
        if start == end:
            continue
        judged = judging.process(batch_of(payments[start:end]))
        found += [
            (int(judged.scores[row]), tuple(_without_row(finding) for finding in judged.findings(row)))
            for row in range(end - start)
        ]
    return found


def _without_row(finding: object) -> tuple[object, ...]:
    names = ("rule", "level", "score", "reason", "threshold", "episode", "evidence", "evidence_total")
    return tuple(getattr(finding, name) for name in names)
