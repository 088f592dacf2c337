"""What the shipped set says of a society without fraud."""

from functools import cache

import numpy as np
import polars as pl
import pytest

from detector.evaluation.labelled import Labelled, labelled
from detector.evaluation.verdicts import verdicts_of
from detector.rules.loading import SHIPPED, load_rule_set
from generator.history import History

BEGIN_MS = 1_767_225_600_000
DAY = 86_400_000


@cache
def _life(seed: int) -> Labelled:
    """Ninety days of shops, club fees, shared bills, rent and paydays among 1,500 accounts."""
    history = History(seed=seed, begin_ms=BEGIN_MS, days=90, per_day=300, accounts=1500, fraud_share=0.0)
    return labelled(pl.concat(history.frames()).with_columns(pl.col("amount", "label").cast(pl.String)))


@cache
def _flagged_days(seed: int) -> tuple[float, ...]:
    """Day of every flagged payment, counted from the first payment."""
    life = _life(seed)
    rows = np.flatnonzero(verdicts_of(life, load_rule_set(SHIPPED)).triggered())
    return tuple(((life.times[rows] - life.times[0]) / DAY).tolist())


@pytest.mark.parametrize("seed", [41, 42, 43])
def test_normal_life_after_a_month_raises_few_alerts(seed: int) -> None:
    """Fewer than 40 of 10,000 payments are flagged once every payroll has had its first payday."""
    life = _life(seed)
    after = int(np.count_nonzero(life.times >= life.times[0] + 30 * DAY))
    assert sum(day >= 30 for day in _flagged_days(seed)) / after * 10_000 < 40


@pytest.mark.parametrize("seed", [41, 42, 43])
def test_the_first_month_is_bounded(seed: int) -> None:
    """Every employer's first payday is a fan-out to strangers: up to 15 of 100 payments, and no more."""
    life = _life(seed)
    before = int(np.count_nonzero(life.times < life.times[0] + 30 * DAY))
    assert sum(day < 30 for day in _flagged_days(seed)) / before < 0.15
