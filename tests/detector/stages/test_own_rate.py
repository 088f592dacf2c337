"""Counts against what is known of an account, seen from outside."""

from collections.abc import Iterator, Sequence

import pytest
from pydantic import ValidationError

from detector.rules.format.rule_file import RuleFile
from detector.rules.loading import SHIPPED, load_rule
from detector.rules.rule_set import RuleSet
from detector.stages.judging import Judging
from tests.detector.stages.histories import HOUR, START, Payment, batch_of

DAY = 24 * HOUR
PEOPLE = 40
SENDERS = RuleSet((load_rule(SHIPPED / "new-payers-in-a-day.yaml"),))
SHARED = RuleSet((load_rule(SHIPPED / "payers-share-a-payee.yaml"),))


def _pay(number: int, source: str, target: str, time: int) -> Payment:
    return Payment(f"p{number}", source, target, 10**7, "EUR", START + time)


def _quiet_life(days: int) -> Iterator[Payment]:
    """People who pay one usual payee each, once a day."""
    for day in range(days):
        for person in range(PEOPLE):
            time = day * DAY + person * DAY // PEOPLE
            yield _pay(day * PEOPLE + person, f"P{person}", f"P{(person + 1) % PEOPLE}", time)


def _surprises(payments: Sequence[Payment], rules: RuleSet, target: str) -> list[float]:
    judged = Judging(rules).process(batch_of(payments))
    rows = [row for row, payment in enumerate(payments) if payment.target == target]
    return [float(finding.measured["surprise"]) for row in rows for finding in judged.findings(row)]


def _burst(day: int) -> list[Payment]:
    """Eight strangers who pay an account that was never seen, behind so many days of quiet life."""
    life = list(_quiet_life(day))
    return life + [_pay(len(life) + i, f"S{i}", "MULE", day * DAY + i * HOUR) for i in range(8)]


def test_a_burst_surprises_more_the_longer_the_log_is() -> None:
    """On the second day nobody is known to be quiet; after two months silence says something."""
    last = [_surprises(_burst(day), SENDERS, "MULE")[-1] for day in (1, 10, 60)]
    assert last == sorted(last)
    assert last[2] > last[0] + 3


def _market(days: int) -> list[Payment]:
    """Two shops, and every day six new customers each, three of whom are new to both."""
    visits = [
        (
            f"C{day}-{customer if customer < 3 else shop + str(customer)}",
            shop,
            day * DAY + (2 * customer + place) * HOUR,
        )
        for day in range(days)
        for customer in range(6)
        for place, shop in enumerate(("BAKER", "BUTCHER"))
    ]
    return [_pay(number, *visit) for number, visit in enumerate(visits)]


def test_customers_that_shops_share_are_no_ring_once_the_shops_are_known() -> None:
    """The first days tell of two accounts with the same strangers; their own rates silence them within a fortnight."""
    payments = _market(30)
    judged = Judging(SHARED).process(batch_of(payments))
    days = [(payments[row].time - START) // DAY for row in judged.suspects.tolist()]
    assert days[0] == 0
    assert days[-1] < 14


@pytest.mark.parametrize(
    ("measure", "told"),
    [({"distinct": "source", "least": 2}, "least goes with rate"), ({"count": "payments", "least": 1}, "least")],
)
def test_least_without_a_rate_or_below_two_is_refused(measure: dict[str, object], told: str) -> None:
    """One is what every count begins with."""
    fields = {"rule": "some-rule", "version": 1, "title": "some rule", "why": "for the test", "key": "target"}
    bands = [{"upto": 2}, {"score": 1}]
    with pytest.raises(ValidationError, match=told):
        RuleFile.model_validate({**fields, "window": "1d", "measure": measure, "bands": bands})
