"""How many payments a measure sees is as the guide of rule writers says."""

import pytest

from detector.rules.format.rule_file import RuleFile
from detector.rules.testing import findings_on

HUNDRED = {"source": "S{i}", "target": "T", "amount": "1500.00", "repeat": 100, "every": "1m"}
SMALL_CHANGE = {"source": "J", "target": "T", "amount": "1.00", "every": "1s"}
TO_OTHERS = {"source": "A", "target": "X{i}", "amount": "1.00", "every": "1s"}
TO_ONE = {"source": "A", "target": "B", "amount": "1.00", "at": "1d"}


def last_value(measure: dict[str, str], upto: int | str, given: list[dict[str, object]], **more: object) -> str:
    """The measured value of the last payment, or nothing; a rule of one band that begins at `upto`."""
    words = {"rule": "my-rule", "version": 1, "title": "some title", "why": "because", "key": "target", "window": "7d"}
    bands = [{"upto": upto}, {"score": 20}]
    case = {"name": "any", "given": given, "expect": []}
    rule = RuleFile.model_validate({**words, "measure": measure, "bands": bands, "tests": [case], **more})
    last = sum(step.repeat for step in rule.tests[0].steps) - 1
    found = (finding for finding in findings_on(rule, rule.tests[0]) if finding.row == last)
    return next((value for finding in found for value in finding.measured.values()), "")


@pytest.mark.parametrize("measure", [{"count": "payments"}, {"distinct": "source"}])
@pytest.mark.parametrize(("upto", "told"), [(2, "8"), (20, "32"), (32, "32"), (33, "64"), (65, "100")])
def test_a_count_stops_where_its_bands_stop(measure: dict[str, str], upto: int, told: str) -> None:
    """It sees as much as its highest band asks for, rounded up to a power of two, eight at least."""
    assert last_value(measure, upto, [HUNDRED]) == told


def test_a_sum_is_that_of_the_last_64_payments() -> None:
    """A hundred payments of 1500 make 96000."""
    assert last_value({"sum": "amount"}, "1.00", [HUNDRED]) == "96000.00"
    assert last_value({"sum": "amount"}, "96000.01", [HUNDRED]) == ""


@pytest.mark.parametrize(("between", "told"), [(62, "2"), (63, "")])
def test_payments_to_others_push_out_those_of_a_pair(between: int, told: str) -> None:
    """A pair shares the 64 entries of the account that pays; the current payment is one of them."""
    given = [{**TO_ONE, "at": "0s"}, {**TO_OTHERS, "repeat": between}, TO_ONE]
    assert last_value({"count": "payments"}, 2, given, key="pair") == told


@pytest.mark.parametrize(("between", "told"), [(62, "2"), (63, "")])
def test_small_change_pushes_out_what_resembles(between: int, told: str) -> None:
    """`match` chooses among the 64 entries of the account, and `where` keeps the small change out of them."""
    large = {"source": "S", "target": "T", "amount": "1000.00"}
    given = [large, {**SMALL_CHANGE, "repeat": between}, {**large, "at": "1d"}]
    match = {"amount": {"within": "10%"}}
    assert last_value({"count": "payments"}, 2, given, match=match) == told
    above = {"amount": {"from": "500.00"}}
    assert last_value({"count": "payments"}, 2, given, match=match, where=above) == "2"


def test_a_gap_of_a_target_looks_at_what_it_is_paid_alone() -> None:
    """What the account pays in between is no activity for `key: target`."""
    given = [
        {"source": "Z", "target": "T", "amount": "1.00"},
        {"source": "T", "target": "Q", "amount": "1.00", "at": "1d", "every": "1d", "repeat": 58},
        {"source": "Z", "target": "T", "amount": "1.00", "at": "60d"},
    ]
    assert last_value({"gap": "activity"}, "30d", given, window=None) == "60d"
