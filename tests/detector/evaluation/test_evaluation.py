"""Figures on histories whose result can be counted by hand."""

import pytest

from detector.evaluation.as_dict import evaluation_as_dict
from detector.evaluation.evaluation import PartFigures, evaluate
from detector.evaluation.figures import Figures
from detector.evaluation.labelled import Labelled
from detector.evaluation.rings import delay
from detector.evaluation.split import Split
from detector.evaluation.verdicts import verdicts_of
from detector.rules.format.rule_set_file import RuleSetFile
from detector.rules.loading import EXAMPLES, load_rule
from detector.rules.rule_set import RuleSet
from tests.detector.evaluation.worlds import fan_in, world

FAN_IN = RuleSet((load_rule(EXAMPLES / "fan-in.yaml"),), RuleSetFile(review=100, block=300))
EDGES = [("A", "B", "10.00", 0.0, False, ""), ("A", "B", "10.00", 100.0, False, "")]
"""A first and a last payment, so that the span is a hundred days."""


def _history() -> Labelled:
    """A ring before the cut, after it a ring of 12, an honest fan-in of 11, and a ring of three that no rule sees."""
    return world(
        *EDGES,
        *fan_in("EARLY", 12, 30.0, "fan_in1"),
        *fan_in("LATE", 12, 70.0, "fan_in2"),
        *fan_in("CLUB", 11, 80.0, amount="20.00"),
        *fan_in("SMALL", 3, 90.0, "small1"),
    )


def _reported(history: Labelled) -> PartFigures:
    return evaluate(history, verdicts_of(history, FAN_IN)).parts["reported"]


def test_flagged_and_cited_payments_are_counted_apart() -> None:
    """The 10th to 12th payment fire, all twelve are evidence; an honest fan-in costs precision, a small ring recall."""
    part = _reported(_history())
    assert part.trigger == Figures(found=3 + 2, right=3, wanted=15)
    assert part.evidence == Figures(found=12 + 11, right=12, wanted=15)
    assert part.evidence.precision == pytest.approx(12 / 23)
    assert part.evidence.recall == pytest.approx(12 / 15)
    assert part.evidence.f1 == pytest.approx(24 / 38)


def test_only_payments_of_the_part_count() -> None:
    """The ring before the cut is in the tuned part and nowhere else."""
    history = _history()
    parts = evaluate(history, verdicts_of(history, FAN_IN), Split(warm_up=0.1, tuned=0.6)).parts
    assert parts["tuned"].trigger == Figures(3, 3, 12)
    assert parts["reported"].payments == len(history) - 1 - 12
    assert [ring.ring for ring in parts["tuned"].rings] == ["fan_in1"]


def test_alerts_of_one_episode_count_once() -> None:
    """Two fan-ins are two episodes, however many payments fired; the honest one is false."""
    part = _reported(_history())
    assert (part.episodes, part.false_episodes) == (2, 1)


def test_a_ring_is_found_at_the_payment_that_fired() -> None:
    """The tenth of twelve payments, nine minutes in; a ring without alert has no delay."""
    part = _reported(_history())
    assert [(ring.ring, ring.payments, ring.first_alert) for ring in part.rings] == [
        ("fan_in2", 12, 10),
        ("small1", 3, None),
    ]
    payments, hours = delay(part.rings)
    assert payments == 10
    assert hours == pytest.approx(9 / 60, abs=1e-4)


def test_patterns_have_their_own_recall() -> None:
    """By name of the pattern; honest payments belong to none."""
    scenarios = {figures.scenario: figures for figures in _reported(_history()).scenarios}
    assert set(scenarios) == {"fan_in", "small"}
    assert scenarios["fan_in"].trigger.recall == pytest.approx(3 / 12)
    assert scenarios["fan_in"].evidence.recall == 1
    assert scenarios["small"].evidence.recall == 0


def test_a_rule_is_measured_by_all_its_hits() -> None:
    """Hits below the threshold of the score count for the rule and flag nothing."""
    history = _history()
    lenient = RuleSet(FAN_IN.rules, RuleSetFile(review=300, block=300))
    rule = evaluate(history, verdicts_of(history, lenient)).parts["reported"].rules[0]
    assert rule.hits == Figures(5, 3, 15)
    assert rule.flagged == Figures(0, 0, 15)
    assert rule.evidence == Figures(0, 0, 15)


def test_the_baseline_is_the_tutorials_rule() -> None:
    """Amounts of 900 and more in whatever currency."""
    assert _reported(_history()).baseline == Figures(15, 15, 15)
    history = world(*EDGES, ("C", "D", "899.99", 90.0, True, "r1"), ("C", "D", "900.00", 91.0, False, ""))
    assert _reported(history).baseline == Figures(1, 0, 1)


def test_machine_readable_figures_hold_prevalence_and_rates() -> None:
    """What precision cannot be read without."""
    content = evaluation_as_dict(evaluate(_history(), verdicts_of(_history(), FAN_IN)))
    part = content["parts"]["reported"]
    assert part["payments"] == 27
    assert part["prevalence"] == round(15 / 27, 4)
    assert part["flagged_per_10000"] == round(5 / 27 * 10_000, 1)
    assert (part["rings"], part["rings_found"], part["first_alert_at_payment"]) == (2, 1, 10)
    assert part["baseline"]["rule"] == "amount >= 900"
