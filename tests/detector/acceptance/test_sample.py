"""What the shipped set must reach on the labelled sample, and what it must not depend on."""

from functools import cache

import numpy as np
import polars as pl
import pytest

from detector.evaluation.evaluation import Evaluation, evaluate
from detector.evaluation.labelled import Labelled, labelled
from detector.evaluation.stretching import stretched
from detector.evaluation.verdicts import verdicts_of
from detector.rules.loading import SHIPPED, load_rule_set
from generator.samples import labelled_sample


@cache
def _sample() -> Labelled:
    return labelled(labelled_sample())


@cache
def _evaluation() -> Evaluation:
    return evaluate(_sample(), verdicts_of(_sample(), load_rule_set(SHIPPED)))


def test_evidence_on_days_that_were_not_tuned_on() -> None:
    """F1 and precision of the payments alerts cite, at two alerts per hundred payments or fewer."""
    part = _evaluation().parts["reported"]
    assert part.evidence.f1 >= 0.78
    assert part.evidence.precision >= 0.85
    assert part.per_10_000(part.trigger.found) <= 200
    assert part.per_10_000(part.evidence.found) <= 200


def test_flagged_payments_on_days_that_were_not_tuned_on() -> None:
    """F1 of the payments that are flagged themselves."""
    assert _evaluation().parts["reported"].trigger.f1 >= 0.66


def test_no_figure_is_too_good() -> None:
    """Above this, a rule would have to read what only the simulation gives away."""
    assert _evaluation().parts["reported"].evidence.f1 <= 0.87


def test_the_tutorials_rule_stands_beside() -> None:
    """The same rows, the same measure: under a fifteenth of the shipped set."""
    part = _evaluation().parts["reported"]
    assert part.baseline.f1 == pytest.approx(0.048, abs=0.001)
    assert part.trigger.f1 > 10 * part.baseline.f1


def test_rings_four_times_slower_are_found() -> None:
    """Every labelled ring stretched around its first payment."""
    slow = stretched(_sample(), 4)
    part = evaluate(slow, verdicts_of(slow, load_rule_set(SHIPPED))).parts["reported"]
    assert part.evidence.f1 >= 0.7
    assert part.evidence.precision >= 0.85


def test_ids_and_absolute_time_decide_nothing() -> None:
    """Other ids in another order, all times 333 days and 7 hours later: each row's verdict is the same."""
    sample = _sample()
    draw = np.random.default_rng(7)
    moved = sample.payments.with_columns(
        pl.Series("id", [f"{number:016x}" for number in draw.permutation(len(sample))]),
        pl.col("occurred_at") + pl.duration(days=333, hours=7),
    )
    before = verdicts_of(sample, load_rule_set(SHIPPED))
    after = verdicts_of(Labelled(moved, sample.fraud, sample.scenarios, sample.rings), load_rule_set(SHIPPED))
    assert before.alerts
    assert np.array_equal(before.scores, after.scores)
    assert [(alert.row, alert.evidence) for alert in before.alerts] == [
        (alert.row, alert.evidence) for alert in after.alerts
    ]


def test_names_of_accounts_decide_nothing() -> None:
    """Every account under another name: each row's verdict is the same."""
    sample = _sample()
    accounts = sorted({*sample.payments["source"], *sample.payments["target"]})
    draw = np.random.default_rng(8)
    names = dict(zip(accounts, [f"K{number}" for number in draw.permutation(len(accounts))], strict=True))
    renamed = sample.payments.with_columns(
        pl.col("source").replace_strict(names), pl.col("target").replace_strict(names)
    )
    before = verdicts_of(sample, load_rule_set(SHIPPED))
    after = verdicts_of(Labelled(renamed, sample.fraud, sample.scenarios, sample.rings), load_rule_set(SHIPPED))
    assert np.array_equal(before.scores, after.scores)
