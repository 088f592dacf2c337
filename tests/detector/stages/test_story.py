"""The story of the 2018 tutorial: fifty payments of 1000 from fifty accounts within a day, hidden in normal traffic."""

import random
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from detector.rules.format.rule_set_file import RuleSetFile
from detector.rules.loading import SHIPPED, load_rule_set
from detector.rules.rule_set import RuleSet
from detector.stages.judging import Judging
from tests.detector.stages.histories import HOUR, START, Payment, batch_of

RINGS = 20
DAY = 24 * HOUR
WARM = 20 * DAY

Amount = Callable[[random.Random], int]


@cache
def _normal() -> tuple[Payment, ...]:
    return tuple(_of_normal_life(random.Random(4)))


def _of_normal_life(draw: random.Random) -> Iterator[Payment]:
    """Sixty days of people who pay landlords, shops, family, and now and then a stranger."""
    people = [f"P{i}" for i in range(600)]
    usual = {
        person: [f"SHOP{draw.randrange(12)}", f"RENT{i % 9}", *draw.sample(people, 3)]
        for i, person in enumerate(people)
    }
    for number in range(25_000):
        person = draw.choice(people)
        target = draw.choice(people) if draw.random() < 0.01 else draw.choice(usual[person])
        amount = int(draw.lognormvariate(6, 0.8) * 100) * 1000
        yield Payment(f"n{number}", person, target, amount, "EUR", START + draw.randrange(60 * DAY))


def _ring(number: int, draw: random.Random, senders: int, span: int, amount: Amount, one: bool) -> Iterator[Payment]:
    start = START + WARM + number * DAY
    for i in range(senders):
        source = f"RING{number}" if one else f"P{draw.randrange(10**6)}x"
        yield Payment(f"r{number}-{i}", source, f"MULE{number}", amount(draw), "EUR", start + i * span // senders)


CASES: dict[str, tuple[int, int, Amount, bool, bool]] = {
    "exact": (50, DAY, lambda _: 100_000_000, False, True),
    "jitter of 5 %": (50, DAY, lambda draw: draw.randrange(95_000_000, 105_000_000), False, True),
    "850 to 899 each": (50, DAY, lambda draw: draw.randrange(85_000_000, 89_999_999), False, True),
    "49 senders over 26 hours": (49, 26 * HOUR, lambda _: 100_000_000, False, True),
    "one sender pays 50 times": (50, DAY, lambda _: 100_000_000, True, False),
}
"""Senders, span, amount, whether one sender pays all, whether it must be found."""


def _sets() -> dict[str, RuleSet]:
    from detector.rules.loading import EXAMPLES, load_rule

    shipped = load_rule_set(SHIPPED)
    distinct = RuleSet(
        tuple(load_rule(EXAMPLES / f"{name}.yaml") for name in ("fan-in", "fan-in-of-similar-amounts")),
        RuleSetFile(review=100, block=300),
    )
    return {"shipped": shipped, "classical": distinct}


@pytest.mark.parametrize("name", ["shipped", "classical"])
@pytest.mark.parametrize("case", CASES)
def test_rings_of_the_story_are_found_and_nothing_else(case: str, name: str) -> None:
    """Twenty of twenty found, with one false alert at most; one sender who pays fifty times is no ring."""
    senders, span, amount, one, wanted = CASES[case]
    rules, draw = _sets()[name], random.Random(5)
    payments = list(_normal())
    for number in range(RINGS):
        payments.extend(_ring(number, draw, senders, span, amount, one))
    payments.sort(key=lambda payment: payment.time)
    judged = Judging(rules).process(batch_of(payments))
    rows = [row for row in judged.frauds.tolist() if payments[row].time >= START + WARM]
    found = {payments[row].target for row in rows if payments[row].id.startswith("r")}
    false = {f.episode for row in rows if payments[row].id.startswith("n") for f in judged.findings(row) if f.episode}
    known = {f"SHOP{i}" for i in range(12)} | {f"RENT{i}" for i in range(9)}
    assert len(found) == (RINGS if wanted else 0)
    if name == "shipped":
        assert len(false) <= 1
    else:
        # a classical rule knows no own rate: shops and landlords go onto its list of known payees
        assert {payments[row].target for row in rows if payments[row].id.startswith("n")} <= known
