"""Compilation before the first payment comes."""

import numpy as np

from detector.batch import TransactionBatch
from detector.rules.rule_set import RuleSet
from detector.stages.columns import keyed
from detector.stages.payee_stage import PayeeStage
from detector.stages.payer_stage import PayerStage
from detector.stages.screened import Screened
from detector.state.limits import Limits
from detector.state.named_ids import named_ids
from detector.state.partition_state import PartitionState
from detector.state.snapshot import Snapshot, restore

SMALLEST = Limits(accounts=16, links=1_024, ids=1_024)
"""The narrowest bounds that a state has."""


def compile_kernels(rules: RuleSet) -> None:
    """Compiles every kernel of both stages, or loads it from numba's cache: seconds the first time, then little.

    A service does so before it says that it is ready; an image at its build.
    """
    state = PartitionState(rules)
    batch = TransactionBatch.of(
        ids=["a", "b"], sources=["A", "B"], targets=["B", "C"], amounts=[1, 1], currencies=["EUR", "EUR"],
        occurred_at=[0, 1],
    )  # fmt: skip
    state.checkpoint()
    _judge(rules, state, batch)
    for memory in (state.payer, state.payee):
        one = np.ones(1, dtype=np.int64)
        memory.payment_ids.append(one, np.frombuffer(bytearray(b"a"), dtype=np.uint8), one)
        memory.payment_ids.keep(named_ids(memory.side, memory.stage.plan, memory.payment_ids))
    state.rollback()
    restore(rules, Snapshot(state).chunks())
    _forget(rules)


def _judge(rules: RuleSet, state: PartitionState, batch: TransactionBatch) -> None:
    read = keyed(batch)
    read.targets.partitions(2)
    screened = PayerStage(rules, state).process(read.local(np.zeros(len(batch), dtype=np.bool_)))
    passed = Screened.of_records(batch, screened.tag_bytes(), screened.names)
    PayeeStage(rules, state).process(passed).findings(0)


def _forget(rules: RuleSet) -> None:
    """Gives a small state more than it may remember: a large one would first compile that after days, amid payments."""
    payments, accounts = SMALLEST.ids + 1, SMALLEST.accounts + 1
    names = [str(number % accounts) for number in range(payments + 1)]
    batch = TransactionBatch.of(
        ids=[str(number) for number in range(payments)], sources=names[:-1], targets=names[1:],
        amounts=[1] * payments, currencies=["EUR"] * payments, occurred_at=list(range(payments)),
    )  # fmt: skip
    _judge(rules, PartitionState(rules, SMALLEST), batch)
