"""The payments that the sandbox sends by default."""

from itertools import accumulate, takewhile

import pytest

from detector.batch import TransactionBatch
from detector.rules.loading import load_rule_set
from detector.stages.judging import Judging
from generator.patterns.registry import PATTERNS
from generator.settings import GeneratorSettings
from generator.transactions import Transactions
from sandbox.discoveries import Discovering
from sandbox.flagged import Flagged
from sandbox.stream_of_life import Extent, extent, stream_of_life

NOW_MS = 1_795_500_000_000
RATE, SECONDS = 1000.0, 20.0


def _blocks(planned: Extent, seed: int = 1) -> list[Transactions]:
    blocks = stream_of_life(GeneratorSettings(seed=seed), planned, NOW_MS)
    total = planned.learned + planned.live
    sent = accumulate(blocks, lambda before, block: (before[0] + len(block), block), initial=(0, None))
    return [block for before, block in takewhile(lambda each: each[0] - 2048 < total, sent) if block is not None]


def test_history_holds_no_ring() -> None:
    """Rules learn from normal life; rings come behind it, of every pattern as many."""
    planned = extent(30_000, 24, RATE, SECONDS)
    blocks = _blocks(planned)
    history, live = blocks[: planned.history_blocks], blocks[planned.history_blocks :]
    assert sum(map(len, history)) == planned.learned >= 30_000
    assert not any(block.truths for block in history)
    rings = {(truth.pattern, truth.ring) for block in live for truth in block.truths.values()}
    assert sorted(pattern for pattern, _ in rings) == sorted(pattern.name for pattern in PATTERNS for _ in range(3))


@pytest.mark.parametrize("rate", [1000.0, 0.0], ids=["at_a_rate", "flat_out"])
def test_event_times_are_not_ahead_of_the_clock(rate: float) -> None:
    """A broker refuses records of the future; a run without a rate cannot get there either."""
    planned = extent(4_000, 8, rate, 2.0)
    assert max(int(block.occurred_at.max()) for block in _blocks(planned)[:-1]) <= NOW_MS


def test_shipped_rules_find_rings_in_it() -> None:
    """One partition, no delays: the shipped rules find every second ring at least, and flag few others wrongly."""
    planned = extent(30_000, 24, RATE, SECONDS)
    judging, discovering = Judging(load_rule_set()), Discovering()
    for number, block in enumerate(_blocks(planned)):
        if number == planned.history_blocks:
            discovering.begin()
        discovering.sent(block.truths.values())
        for row in judging.process(TransactionBatch(block.frame())).frauds.tolist():
            discovering.found(Flagged(block.ids[row], "", "", "", "", ()))
    now = discovering.now()
    assert now.found >= 12
    assert now.wrong <= 0.005 * planned.live
