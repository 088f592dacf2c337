"""What must not change a verdict."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.rules.loading import EXAMPLES, SHIPPED, load_rule_set
from detector.rules.rule_set import RuleSet
from detector.state.limits import Limits
from tests.detector.stages.histories import HOUR, Payment, histories, told

FOLDERS = (SHIPPED, EXAMPLES)
_SETS = {folder: load_rule_set(folder) for folder in FOLDERS}


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def rules(request: pytest.FixtureRequest) -> RuleSet:
    """A shipped set."""
    folder: Path = request.param
    return _SETS[folder]


@settings(deadline=None, max_examples=60)
@given(payments=histories(), cuts=st.lists(st.integers(0, 60), max_size=6))
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_findings_do_not_depend_on_how_the_log_is_cut(folder: Path, payments: list[Payment], cuts: list[int]) -> None:
    """A batch is how records arrive, never what they mean."""
    edges = [min(cut, len(payments)) for cut in cuts]
    assert told(_SETS[folder], payments, edges) == told(_SETS[folder], payments)


@settings(deadline=None, max_examples=30)
@given(payments=histories(), cuts=st.lists(st.integers(0, 60), max_size=6))
def test_evictions_do_not_depend_on_how_the_log_is_cut(payments: list[Payment], cuts: list[int]) -> None:
    """Accounts are forgotten at the same record however it was delivered."""
    crowded = [p._replace(source=f"{p.source}{i % 7}", target=f"{p.target}{i % 5}") for i, p in enumerate(payments)]
    edges = [min(cut, len(payments)) for cut in cuts]
    limits = Limits(accounts=16)
    assert told(_SETS[SHIPPED], crowded, edges, limits) == told(_SETS[SHIPPED], crowded, (), limits)


@settings(deadline=None, max_examples=30)
@given(payments=histories(), shift=st.integers(-500, 500))
def test_verdicts_do_not_depend_on_ids_absolute_time_or_names(payments: list[Payment], shift: int) -> None:
    """Artefacts of generated data are of no use to the rules: only structure counts."""
    ids = {payment.id: f"{hash(payment.id) & 0xFFFFFF:06x}-{payment.id}" for payment in payments}
    moved = [
        Payment(ids[p.id], f"acc-{p.source}", f"acc-{p.target}", p.amount, p.currency, p.time + shift * 17 * HOUR)
        for p in payments
    ]
    before = [score for score, _ in told(_SETS[SHIPPED], payments)]
    assert [score for score, _ in told(_SETS[SHIPPED], moved)] == before


def test_a_duplicate_changes_nothing_for_others(rules: RuleSet) -> None:
    """The same id again is counted, and neither judged by windows nor remembered."""
    ring = [Payment(f"p{i}", f"S{i}", "T", 10**8, "EUR", i * HOUR // 4) for i in range(12)]
    doubled = [payment for payment in ring for _ in range(2)]
    assert told(rules, doubled)[::2] == told(rules, ring)


def test_a_late_payment_is_counted_and_fires_no_window(rules: RuleSet) -> None:
    """Past its grace a payment is no longer part of any window."""
    from detector.stages.judging import Judging
    from tests.detector.stages.histories import batch_of

    ring = [Payment(f"p{i}", f"S{i}", "T", 10**8, "EUR", 10**12 + i * 1000) for i in range(12)]
    judging = Judging(rules)
    judging.process(batch_of(ring))
    judged = judging.process(batch_of([Payment("late", "X", "T", 10**7, "EUR", 10**12 - 48 * HOUR)]))
    assert judging.state.counters["late"] == 1
    assert all(finding.rule == "payment-over-new-link" for finding in judged.findings(0))
