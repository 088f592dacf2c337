"""Two rule sets on one history."""

from detector.evaluation.backtest import backtest
from detector.evaluation.split import Split
from detector.evaluation.verdicts import verdicts_of
from detector.rules.format.rule_set_file import RuleSetFile
from detector.rules.loading import EXAMPLES, load_rule
from detector.rules.rule_set import RuleSet
from tests.detector.evaluation.test_evaluation import EDGES, FAN_IN
from tests.detector.evaluation.worlds import fan_in, world

THRESHOLD = RuleSet((load_rule(EXAMPLES / "amount-threshold.yaml"),), RuleSetFile(review=1, block=1000))


def test_what_the_second_set_gains_and_loses_is_named() -> None:
    """A limit of amounts gains the large single payments, and loses the ring of small ones."""
    history = world(
        *EDGES,
        *fan_in("RING", 12, 70.0, "fan_in1", amount="20.00"),
        ("X", "Y", "99000.00", 75.0, True, "big1"),
        ("X", "Z", "99000.00", 76.0, False, ""),
    )
    part = Split(0.0, 0.6).parts(history.times)["reported"]
    compared = backtest(history, verdicts_of(history, FAN_IN), verdicts_of(history, THRESHOLD), part)
    assert compared.trigger_gained.fraud == ("p14",)
    assert compared.trigger_gained.honest == ("p15",)
    assert compared.trigger_lost.fraud == ("p11", "p12", "p13")
    assert len(compared.evidence_lost.fraud) == 12
    assert (compared.rings_gained, compared.rings_lost) == (("big1",), ("fan_in1",))
    assert compared.more_alerts == 2 - 3


def test_a_set_against_itself_differs_in_nothing() -> None:
    """No payment, no ring, no alert."""
    history = world(*EDGES, *fan_in("RING", 12, 70.0, "fan_in1"))
    part = Split(0.0, 0.6).parts(history.times)["reported"]
    verdicts = verdicts_of(history, FAN_IN)
    content = backtest(history, verdicts, verdicts_of(history, FAN_IN), part).as_dict()
    assert verdicts.alerts
    assert content["more_alerts"] == 0
    assert all(content[name]["fraud_total"] == 0 for name in ("trigger_gained", "trigger_lost", "evidence_lost"))
