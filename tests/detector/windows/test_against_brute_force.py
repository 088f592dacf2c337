"""Windows against a reference that keeps everything and looks at everything."""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given, settings

from detector.rules.format.rule_file import RuleFile
from detector.rules.format.rule_set_file import RuleSetFile
from detector.rules.rule_set import RuleSet
from detector.stages.judging import Judging
from tests.detector.stages.histories import HOUR, Payment, batch_of, histories

GRACE = 600_000
LONGEST_GRACE = 5 * HOUR
DAY = 24 * HOUR


def rule(name: str, measure: dict[str, Any], upto: Any = 1, **more: Any) -> RuleFile:
    """A rule that tells every value from `upto` on."""
    fields = {"rule": name, "version": 1, "title": name, "why": "for the test", "measure": measure}
    return RuleFile.model_validate({**fields, "window": "1d", "bands": [{"upto": upto}, {"score": 1}], **more})


RULES = RuleSet(
    (
        rule("payees", {"distinct": "target"}, key="source"),
        rule("new-payees", {"distinct": "target"}, key="source", where={"link": "new"}),
        rule("payers", {"distinct": "source"}, key="target"),
        rule("in-count", {"count": "payments"}, key="target"),
        rule("in-sum", {"sum": "amount"}, "0.01", key="target"),
        rule("alike", {"count": "payments"}, key="pair", match={"amount": {"within": "10%"}}),
        rule("middling", {"count": "payments"}, key="source", where={"amount": {"from": "105.00", "below": "900.00"}}),
        rule("hourly", {"count": "payments"}, key="target", window="1h"),
        rule("patient", {"count": "payments"}, key="target", window="6h", grace="5h"),
        rule("most-patient", {"count": "payments"}, key="target", window="2h", grace="5h"),
    ),
    RuleSetFile(),
)


class Reference:
    """What the measures mean, said as plainly as possible."""

    def __init__(self) -> None:
        self.kept: list[tuple[Payment, bool]] = []
        self.ids: set[str] = set()
        self.links: set[frozenset[str]] = set()
        self.paid: dict[str, int] = {}
        self.was_paid: dict[str, int] = {}

    def judge(self, payment: Payment) -> dict[str, str]:
        """Measured values by rule."""
        link = frozenset((payment.source, payment.target))
        new = link not in self.links and len(link) == 2
        self.links.add(link)
        twice = payment.id in self.ids
        self.ids.add(payment.id)
        late = payment.time < self.paid.get(payment.source, -(10**18)) - LONGEST_GRACE
        found: dict[str, str] = {}
        if twice or late:
            return found
        found |= self._of_payer(payment, new)
        if payment.time >= self.was_paid.get(payment.target, -(10**18)) - LONGEST_GRACE:
            found |= self._of_payee(payment, new)
        return found

    def _of_payer(self, payment: Payment, new: bool) -> dict[str, str]:
        now = self.paid[payment.source] = max(payment.time, self.paid.get(payment.source, payment.time))
        self.kept.append((payment, new))
        if now - payment.time > GRACE:  # too late for all rules on the payer, not for those on the payee
            return {}
        mine = self._window(now, DAY, lambda p: p.source == payment.source)
        near = payment.amount // 10
        alike = [
            p for p, _ in mine
            if p.target == payment.target and p.currency == payment.currency and abs(p.amount - payment.amount) <= near
        ]  # fmt: skip
        found = {"payees": len({p.target for p, _ in mine}), "alike": len(alike)}
        if new:
            found["new-payees"] = len({p.target for p, fresh in mine if fresh})
        if 10_500_000 <= payment.amount < 90_000_000:
            found["middling"] = sum(10_500_000 <= p.amount < 90_000_000 for p, _ in mine)
        return {name: str(value) for name, value in found.items()}

    def _of_payee(self, payment: Payment, new: bool) -> dict[str, str]:
        now = self.was_paid[payment.target] = max(payment.time, self.was_paid.get(payment.target, payment.time))
        self.kept[-1] = (payment._replace(id="in"), new)
        mine = self._window(now, DAY, lambda p: p.target == payment.target and p.id == "in")
        sizes = {"hourly": HOUR, "patient": 6 * HOUR, "most-patient": 2 * HOUR}
        counts = {
            name: str(len(self._window(now, size, lambda p: p.target == payment.target and p.id == "in")))
            for name, size in sizes.items()
        }
        late = now - payment.time
        if late > GRACE:  # too late for all but the patient ones, and for those whose window it does not reach
            return {name: counts[name] for name in ("patient", "most-patient") if late < sizes[name]}
        total = sum(p.amount for p, _ in mine if p.currency == payment.currency)
        return {
            "payers": str(len({p.source for p, _ in mine})),
            "in-count": str(len(mine)),
            "in-sum": f"{total // 100_000}.00",
            **counts,
        }

    def _window(self, now: int, size: int, which: Callable[[Payment], bool]) -> Sequence[tuple[Payment, bool]]:
        return [(p, fresh) for p, fresh in self.kept if which(p) and now - size < p.time <= now + GRACE]


@settings(deadline=None, max_examples=150)
@given(payments=histories())
def test_measures_equal_those_of_a_reference_that_keeps_everything(payments: list[Payment]) -> None:
    """Counts, sums and distinct counts over half-open windows, with late, repeated and simultaneous payments."""
    judged = Judging(RULES).process(batch_of(payments))
    reference = Reference()
    for row, payment in enumerate(payments):
        found = {f.rule: next(iter(f.measured.values())) for f in judged.findings(row)}
        assert found == reference.judge(payment), (row, payment)
