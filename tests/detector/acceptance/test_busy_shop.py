"""A shop that finds new customers every day."""

import polars as pl
import pytest

from detector.rules.loading import SHIPPED, load_rule
from detector.rules.rule_set import RuleSet
from detector.score import payments_in, score

CUSTOMERS_A_DAY = 20
DAYS = 90
RULE = "new-payers-in-a-day"


def _surprises(rules: RuleSet) -> list[float]:
    """Surprise at the last customer of each of the last thirty days."""
    count = CUSTOMERS_A_DAY * DAYS
    start = pl.datetime(2026, 1, 1, time_zone="UTC", time_unit="ms")
    step = pl.duration(minutes=24 * 60 // CUSTOMERS_A_DAY)
    table = pl.select(number=pl.int_range(count)).select(
        id=pl.col("number").cast(pl.String),
        source=pl.format("C{}", "number"),
        target=pl.lit("SHOP"),
        amount=pl.lit("25.00"),
        currency=pl.lit("EUR"),
        occurred_at=start + pl.col("number") * step,
    )
    (judged,) = score(payments_in(table), rules)
    last = [judged.findings(row) for row in range(count - 30 * CUSTOMERS_A_DAY, count, CUSTOMERS_A_DAY)]
    return [float(finding.measured["surprise"]) for findings in last for finding in findings]


@pytest.mark.parametrize(("growth", "silent"), [("4", True), ("0", False)])
def test_a_shop_gets_used_to_its_customers_when_habits_may_grow(growth: str, silent: bool) -> None:
    """Twenty a day are no surprise after two months; with a cap of four a day alone they are for ever."""
    rule = load_rule(SHIPPED / f"{RULE}.yaml")
    assert rule.rate is not None
    content = rule.model_dump(mode="json", by_alias=True, exclude_none=True)
    content["rate"]["growth"] = growth
    surprises = _surprises(RuleSet((type(rule).model_validate(content),)))
    assert len(surprises) == (0 if silent else 30)


def test_the_shipped_rule_lets_habits_grow() -> None:
    """What the test above shows is on."""
    rule = load_rule(SHIPPED / f"{RULE}.yaml")
    assert rule.rate is not None
    assert rule.rate.growth > 0
