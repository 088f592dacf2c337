"""What is told of some rows of a batch."""

from hypothesis import given, settings

from detector.rules.loading import EXAMPLES, SHIPPED, load_rule_set
from detector.stages.judging import Judging
from tests.detector.stages.histories import Payment, batch_of, histories

RULES = [load_rule_set(folder) for folder in (SHIPPED, EXAMPLES)]


@settings(deadline=None, max_examples=40)
@given(histories())
def test_frauds_told_alone_are_told_as_among_all_payments(payments: list[Payment]) -> None:
    """Hits of frauds that are unpacked alone are those that unpacking the whole batch gives."""
    for rules in RULES:
        judged = Judging(rules).process(batch_of(payments))
        whole, alone = judged.told, judged.told_of_frauds
        for row in judged.frauds.tolist():
            assert alone.of(row) == whole.of(row)
            payment = payments[row]
            assert alone.payments[row] == (*payment[:3], payment.currency, payment.amount)
            assert whole.payments[row] == alone.payments[row]
        assert set(alone.payments) == set(judged.frauds.tolist())


@settings(deadline=None, max_examples=40)
@given(histories())
def test_findings_come_in_the_order_of_the_rule_set(payments: list[Payment]) -> None:
    """Findings of both stages stand in one order, whichever stage they come from, and their points make the score."""
    for rules in RULES:
        order = [rule.rule for rule in rules.rules]
        judged = Judging(rules).process(batch_of(payments))
        for row in range(len(payments)):
            found = judged.findings(row)
            assert [finding.rule for finding in found] == sorted((each.rule for each in found), key=order.index)
            assert sum(finding.score for finding in found) == judged.scores[row]
