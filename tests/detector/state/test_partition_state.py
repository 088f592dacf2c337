"""State that is undone, copied, bounded."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.rules.loading import EXAMPLES, SHIPPED, load_rule_set
from detector.rules.rule_set import RuleSet
from detector.stages.columns import keyed
from detector.stages.judging import Judging
from detector.stages.payee_stage import PayeeStage
from detector.stages.payer_stage import PayerStage
from detector.state.errors import OpenTransactionError, SnapshotError
from detector.state.limits import Limits
from detector.state.partition_state import PartitionState
from detector.state.snapshot import Buffers, Snapshot, restore
from tests.detector.stages.histories import Payment, batch_of, histories

SETS = {folder: load_rule_set(folder) for folder in (SHIPPED, EXAMPLES)}
SMALL = Limits(accounts=16, links=1024, ids=1024)


def _fold(rules: RuleSet, state: PartitionState, payments: list[Payment]) -> list[object]:
    if not payments:
        return []
    screened = PayerStage(rules, state).process(keyed(batch_of(payments)))
    judged = PayeeStage(rules, state).process(screened)
    return [(int(judged.scores[row]), list(judged.findings(row))) for row in range(len(payments))]


@settings(deadline=None, max_examples=50)
@given(before=histories(), undone=histories(), after=histories(), limits=st.sampled_from((None, SMALL)))
@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_rollback_leaves_no_trace(
    folder: object, before: list[Payment], undone: list[Payment], after: list[Payment], limits: Limits | None
) -> None:
    """What an aborted transaction did to the state is gone: later verdicts are those without it."""
    rules = SETS[folder]
    crowd = [p._replace(id=f"u{p.id}", source=f"{p.source}{i}") for i, p in enumerate(undone)]
    straight, aborted = PartitionState(rules, limits), PartitionState(rules, limits)
    for state in (straight, aborted):
        _fold(rules, state, before)
    aborted.checkpoint()
    _fold(rules, aborted, crowd)
    aborted.rollback()
    later = [p._replace(id=f"a{p.id}") for p in after]
    assert _fold(rules, aborted, later) == _fold(rules, straight, later)
    assert aborted.counters == straight.counters


@settings(deadline=None, max_examples=40)
@given(
    attempts=st.lists(st.tuples(st.booleans(), st.lists(histories(), min_size=1, max_size=3)), max_size=8),
    limits=st.sampled_from((None, SMALL)),
)
@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_only_committed_transactions_count(
    folder: object, attempts: list[tuple[bool, list[list[Payment]]]], limits: Limits | None
) -> None:
    """Rows and blocks that go from account to account over commits and aborts never bring an aborted word back."""
    rules = SETS[folder]
    straight, tried = PartitionState(rules, limits), PartitionState(rules, limits)
    for number, (commits, batches) in enumerate(attempts):
        tried.checkpoint()
        for place, batch in enumerate(batches):
            # accounts that come and go, so that the few that are kept are evicted and their memory is taken again
            payments = [
                p._replace(
                    id=f"{number}.{place}.{p.id}", source=f"{p.source}{(number + i) % 9}", target=f"{p.target}{i}"
                )
                for i, p in enumerate(batch)
            ]
            found = _fold(rules, tried, payments)
            if commits:
                assert found == _fold(rules, straight, payments)
        if commits:
            tried.commit()
        else:
            tried.rollback()
        assert tried.counters == straight.counters


@settings(deadline=None, max_examples=30)
@given(before=histories(), after=histories(), limits=st.sampled_from((None, SMALL)))
@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_a_restored_state_goes_on_where_it_was(
    folder: object, before: list[Payment], after: list[Payment], limits: Limits | None
) -> None:
    """Snapshot and log give the verdicts of an uninterrupted run."""
    rules = SETS[folder]
    state = PartitionState(rules, limits)
    _fold(rules, state, before)
    buffers = Buffers()
    Snapshot(state, buffers).chunks()
    copy = restore(rules, Snapshot(state, buffers).chunks(1000), limits)
    later = [p._replace(id=f"a{p.id}") for p in after]
    assert _fold(rules, copy, later) == _fold(rules, state, later)
    assert copy.counters == state.counters


def test_snapshot_within_a_transaction_is_refused() -> None:
    """What may still be undone is not written down."""
    state = PartitionState(SETS[SHIPPED])
    state.checkpoint()
    with pytest.raises(OpenTransactionError):
        Snapshot(state)


@pytest.mark.parametrize("fault", ["cut", "missing", "foreign", "empty"])
def test_a_snapshot_that_is_not_whole_is_refused(fault: str) -> None:
    """A snapshot is complete or not there at all."""
    rules = SETS[SHIPPED]
    judging = Judging(rules)
    judging.process(batch_of([Payment(f"p{i}", f"S{i}", "T", 10**8, "EUR", i) for i in range(50)]))
    chunks = Snapshot(judging.state).chunks(200)
    broken = {"cut": [*chunks[:-1], chunks[-1][:-1]], "missing": chunks[1:], "foreign": chunks, "empty": []}[fault]
    with pytest.raises(SnapshotError):
        restore(SETS[EXAMPLES] if fault == "foreign" else rules, broken)


def test_accounts_beyond_the_cap_are_evicted_and_counted() -> None:
    """Memory is bounded: the least recently active accounts go first."""
    rules = SETS[SHIPPED]
    judging = Judging(rules, SMALL)
    judging.process(batch_of([Payment(f"p{i}", f"S{i}", f"T{i}", 10**8, "EUR", i) for i in range(500)]))
    assert judging.state.accounts <= 16
    assert judging.state.counters["evicted"] > 400


def test_known_links_and_ids_are_bounded_by_two_generations() -> None:
    """A link that nobody asked for during a whole generation is new again; the tables do not grow beyond the cap."""
    rules = SETS[SHIPPED]
    judging = Judging(rules, Limits(links=1024, ids=1024))
    for part in range(10):
        many = [Payment(f"p{part}-{i}", f"S{i % 7}", f"T{part}-{i}", 10**8, "EUR", part) for i in range(1000)]
        judging.process(batch_of(many))
    assert judging.state.payer.links.bytes <= 2 * 8 * 2048
    assert judging.state.payer.ids.bytes <= 2 * 8 * 2048


def test_ids_that_no_window_holds_are_forgotten() -> None:
    """Ids are kept for evidence only."""
    rules = SETS[SHIPPED]
    judging = Judging(rules)
    for day in range(20):
        rows = range(6000)
        judging.process(batch_of([Payment(f"{day}-{i}", f"S{i}", f"T{i}", 1, "EUR", day * 10**9) for i in rows]))
    assert len(judging.state.payer.payment_ids) < 70_000
    assert np.all(np.diff(judging.state.payer.payment_ids.named().handles) > 0)
