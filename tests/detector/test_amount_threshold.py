"""The tutorial's rule."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.batch import TransactionBatch
from detector.level import Level
from detector.rules.amount_threshold import AmountThreshold, amount_text


def batch(*payments: tuple[str, str]) -> TransactionBatch:
    """Payments of amount and currency."""
    count = len(payments)
    return TransactionBatch.of(
        ids=[f"id-{row}" for row in range(count)],
        sources=["payer"] * count,
        targets=["payee"] * count,
        amounts=[int(Decimal(amount).scaleb(5)) for amount, _ in payments],
        currencies=[currency for _, currency in payments],
        occurred_at=[0] * count,
    )


def test_threshold_itself_is_found() -> None:
    """An amount equal to the threshold is found, one hundred-thousandth below is not."""
    rule = AmountThreshold(Decimal(900))
    found = rule.evaluate(batch(("899.99999", "EUR"), ("900.00000", "EUR"), ("900.00001", "EUR")))
    assert [finding.row for finding in found] == [1, 2]


def test_currency_has_its_own_threshold() -> None:
    """A currency that is named is judged by its own threshold, higher or lower than the default."""
    rule = AmountThreshold(Decimal(900), {"JPY": Decimal(140_000), "KWD": Decimal("270.5")})
    found = rule.evaluate(batch(("139999", "JPY"), ("140000", "JPY"), ("270.5", "KWD"), ("270.4", "KWD")))
    assert [finding.row for finding in found] == [1, 2]


def test_unknown_currency_is_judged_by_the_default() -> None:
    """A currency nobody thought of does not escape the rule."""
    found = AmountThreshold(Decimal(900), {"EUR": Decimal(1000)}).evaluate(batch(("900", "XYZ"), ("900", "EUR")))
    assert [finding.row for finding in found] == [0]


def test_finding_says_what_was_measured() -> None:
    """A finding carries the exact amount, the threshold and a sentence."""
    (finding,) = AmountThreshold(Decimal("900.00")).evaluate(batch(("1234.5", "EUR")))
    assert (finding.rule, finding.rule_version, finding.level) == ("amount-threshold", 1, Level.BLOCK)
    assert finding.measured == {"amount": "1234.50000"}
    assert finding.threshold == "900"
    assert finding.reason == "The amount of 1234.50000 EUR is at or above 900 EUR."


@pytest.mark.parametrize("threshold", ["0", "-1", "0.000001"])
def test_senseless_threshold_is_refused(threshold: str) -> None:
    """A threshold that is not positive, or finer than amounts are, is an error."""
    with pytest.raises(ValueError, match="threshold must be positive"):
        AmountThreshold(Decimal(threshold))


def test_definition_changes_with_any_threshold() -> None:
    """Equal definitions mean equal findings, so every threshold is in it; its notation is not."""
    assert AmountThreshold(Decimal("9E+2")).definition == AmountThreshold(Decimal("900.00")).definition
    assert AmountThreshold(Decimal(900)).definition != AmountThreshold(Decimal(900), {"EUR": Decimal(900)}).definition


@given(st.lists(st.tuples(st.integers(-(10**18) + 1, 10**18 - 1), st.sampled_from(["EUR", "JPY", "USD"]))))
def test_findings_equal_the_plain_comparison(payments: list[tuple[int, str]]) -> None:
    """The vector expression finds what comparing one decimal after the other finds, for all amounts of the contract."""
    thresholds = {"JPY": Decimal(140_000)}
    made = batch(*((str(Decimal(amount).scaleb(-5)), currency) for amount, currency in payments))
    found = {finding.row for finding in AmountThreshold(Decimal(900), thresholds).evaluate(made)}
    expected = {
        row
        for row, (amount, currency) in enumerate(payments)
        if Decimal(amount).scaleb(-5) >= thresholds.get(currency, Decimal(900))
    }
    assert found == expected


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_amount_text_is_exact(unscaled: int) -> None:
    """The text reads back as the same amount."""
    assert Decimal(amount_text(unscaled)).scaleb(5) == unscaled
