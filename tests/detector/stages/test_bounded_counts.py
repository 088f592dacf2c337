"""What is said of counts and sums that memory cannot tell in full."""

from detector.rules.format.rule_file import RuleFile
from detector.rules.format.rule_set_file import RuleSetFile
from detector.rules.rule_set import RuleSet
from detector.stages.judging import Judging
from tests.detector.stages.histories import START, Payment, batch_of


def test_count_that_fills_memory_is_told_as_a_lower_bound() -> None:
    """Memory keeps what the highest band needs; beyond that, no reason gives a number for a fact."""
    fields = {"rule": "many", "version": 1, "title": "Many", "why": "for the test", "key": "target", "window": "1d"}
    bands = [{"upto": 20}, {"score": 1, "say": "{count} of {value}"}]
    rules = RuleSet(
        (RuleFile.model_validate({**fields, "measure": {"distinct": "source"}, "bands": bands}),), RuleSetFile()
    )
    payments = [Payment(f"p{at}", f"S{at}", "T", 1_000_000, "EUR", START + at) for at in range(60)]
    judged = Judging(rules).process(batch_of(payments))
    reasons = [found.reason for row in range(60) for found in judged.findings(row)]
    counts = [*map(str, range(20, 32)), *["32 or more"] * 29]
    assert reasons == [f"{count} of {count}" for count in counts]


def test_sum_of_the_largest_amounts_stays_above_every_band() -> None:
    """Amounts of all the digits that the contract allows add up to much, and never to less than nothing."""
    fields = {"rule": "much", "version": 1, "title": "Much", "why": "for the test", "key": "target", "window": "1d"}
    bands = [{"upto": "9999999999999.00"}, {"score": 1}]
    rules = RuleSet((RuleFile.model_validate({**fields, "measure": {"sum": "amount"}, "bands": bands}),), RuleSetFile())
    payments = [Payment(f"p{at}", f"S{at}", "T", 10**18 - 1, "EUR", START + at) for at in range(40)]
    judged = Judging(rules).process(batch_of(payments))
    assert [len(judged.findings(row)) for row in range(40)] == [1] * 40
