"""State and offsets move together."""

from detector.chain.partition_work import PartitionWork
from detector.rules.loading import load_rule_set
from detector.stages.columns import keyed
from detector.state.partition_state import PartitionState
from tests.detector.stages.histories import HOUR, Payment, batch_of

RULES = load_rule_set()


def work() -> PartitionWork:
    """A partition that begins."""
    return PartitionWork(RULES, 0, PartitionState(RULES), {"in": 0, "between": 0})


def fold(made: PartitionWork, *payments: Payment, offset: int) -> None:
    """Folds payments in."""
    batch = batch_of(payments)
    made.payer.process(keyed(batch))
    made.folded("in", offset, batch)


def test_rollback_puts_offsets_and_state_back() -> None:
    """After an abort neither state nor offsets nor counts know of the aborted payments."""
    made = work()
    made.begin()
    fold(made, Payment("a", "A", "B", 1, "EUR", HOUR), offset=1)
    made.commit()
    made.begin()
    fold(made, Payment("b", "C", "D", 1, "EUR", 2 * HOUR), offset=2)
    assert made.state.accounts == 4
    made.rollback()
    assert (made.offsets["in"], made.unsaved, made.span, made.state.accounts) == (1, 1, (HOUR, HOUR), 2)
    assert not made.open


def test_begin_twice_is_one_transaction() -> None:
    """Several batches of one transaction go back together."""
    made = work()
    made.begin()
    fold(made, Payment("a", "A", "B", 1, "EUR", HOUR), offset=1)
    made.begin()
    fold(made, Payment("b", "C", "D", 1, "EUR", HOUR), offset=2)
    made.rollback()
    assert (made.offsets["in"], made.state.accounts) == (0, 0)


def test_state_is_cold_until_it_spans_the_longest_window() -> None:
    """Event time decides, not how many payments there were."""
    made = work()
    assert made.cold
    fold(made, Payment("a", "A", "B", 1, "EUR", 0), offset=1)
    fold(made, Payment("b", "A", "B", 1, "EUR", RULES.longest_window - 1), offset=2)
    assert made.cold
    fold(made, Payment("c", "A", "B", 1, "EUR", RULES.longest_window), offset=3)
    assert not made.cold
