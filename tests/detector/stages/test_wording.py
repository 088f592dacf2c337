"""Findings in words."""

import math
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from detector.rules.format.reason import WORDS
from detector.rules.format.rule_file import RuleFile
from detector.rules.format.scalars import duration_text, money_text
from detector.stages.told import Hit, Payment
from detector.stages.wording import Wording

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
LONGS = st.integers(-(2**63), 2**63 - 1)
PLACES = st.sampled_from([f"{{{word}}}" for word in WORDS])
TEMPLATES = st.lists(PLACES | TEXTS.map(lambda text: text.replace("{", "{{").replace("}", "}}"))).map("".join)
HITS = st.tuples(st.just(1), st.integers(0, 60), st.floats(0, 10**6), st.just(""))
PAYMENTS = st.tuples(TEXTS, TEXTS, TEXTS, TEXTS, LONGS)


def rule(say: str, key: str = "source") -> RuleFile:
    """A rule that counts payments of two days, with this reason."""
    bands = [{"upto": 2}, {"score": 5, "say": say}]
    content = {"rule": "many-of-them", "version": 3, "title": "Many of {them}", "why": "Because.", "key": key}
    return RuleFile.model_validate({**content, "window": "2d", "measure": {"count": "payments"}, "bands": bands})


def spelled(unscaled: int) -> str:
    """An amount as decimal arithmetic gives it."""
    number = Decimal(unscaled).scaleb(-5)
    places = max(2, -int(number.normalize().as_tuple().exponent)) if number else 2
    return f"{number:.{places}f}"


@given(TEMPLATES, st.sampled_from(["source", "target"]), st.booleans(), HITS, PAYMENTS)
def test_reason_is_the_template_with_its_words_filled_in(
    say: str, key: str, is_float: bool, hit: Hit, payment: Payment
) -> None:
    """A template that was taken apart once says what filling it in by name says."""
    file = rule(say, key)
    wording = Wording(file, 1, is_float)
    value, (_, source, target, currency, amount) = wording.value(hit), payment
    words = {"value": value, "count": hit[1], "threshold": "2", "amount": spelled(amount), "currency": currency}
    words |= {"source": source, "target": target, "key": target if key == "target" else source}
    words |= {"window": duration_text(2 * 86_400_000), "within": "0ms"}
    expected = say.format_map(words) if say else f"Many of {{them}}: {value}, from 2 on."
    assert wording.reason(value, hit, payment) == expected
    assert value == (f"{hit[2]:.3f}" if is_float else str(hit[1]))
    assert math.isfinite(float(value))


@given(LONGS)
def test_amount_is_told_exactly(unscaled: int) -> None:
    """Amounts have two fraction digits, and as many more as they need, with no rounding."""
    assert money_text(unscaled) == spelled(unscaled)
    assert Decimal(money_text(unscaled)) * 10**5 == unscaled
