"""The order of deployment follows from the directions that fail."""

import pytest

from schemas.deploy_order import Deployment, Order, deploy_order
from schemas.evolution import compare
from schemas.evolution.finding import Direction, Finding, Severity
from schemas.evolution.waivers import Waiver
from tests.schemas.schema_pairs import ID, NOTE, REQUIRED, amount, channel, payment

SERVICES = Deployment(2, {"generator": 1}, {"detector": 1})

CASES = [
    pytest.param(payment(ID), payment(ID, NOTE), Order.EITHER, id="optional field added"),
    pytest.param(payment(ID), payment(ID, REQUIRED), Order.WRITERS_FIRST, id="required field added"),
    pytest.param(payment(ID, REQUIRED), payment(ID), Order.READERS_FIRST, id="required field removed"),
    pytest.param(
        payment(ID, channel("A", "UNKNOWN")), payment(ID, channel("A", "UNKNOWN", "B")), Order.READERS_FIRST,
        id="symbol added",
    ),
    pytest.param(
        payment(ID, channel("A", "UNKNOWN", default="UNKNOWN")),
        payment(ID, channel("A", "UNKNOWN", "B", default="UNKNOWN")),
        Order.READERS_FIRST,
        id="symbol added to an enum with a default",
    ),
    pytest.param(payment(ID, amount(2)), payment(ID, amount(4)), Order.NONE, id="scale changed"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "order"), CASES)
def test_order_is_told_by_the_failing_directions(old, new, order):
    """Both fine: either; only new reads old: readers first; only old reads new: writers first; none: a new topic."""
    assert deploy_order(compare(old, new, "FULL"), SERVICES).order is order


def test_readers_first_names_the_services_and_the_version():
    """The advice can be followed word by word."""
    order = deploy_order(compare(payment(ID, REQUIRED), payment(ID), "FULL"), SERVICES)
    assert "deploy detector with version 2 first, then generator" in order.sentence
    assert len(order.steps) == 2


def test_writers_first_waits_for_the_old_records_to_leave():
    """A reader that cannot read old records comes only after them."""
    order = deploy_order(compare(payment(ID), payment(ID, REQUIRED), "FULL"), SERVICES)
    assert "left the topic" in order.sentence
    assert order.steps[-1] == "then deploy detector with version 2"


def test_no_safe_order_asks_for_another_topic():
    """Nothing is to be deployed."""
    order = deploy_order(compare(payment(ID, amount(2)), payment(ID, amount(4)), "FULL"), SERVICES)
    assert order.sentence.startswith("no order is safe: use a new topic")
    assert order.steps == ()


def test_waived_direction_is_told():
    """A waiver frees the order, and the order says that it rests on one."""
    findings = [
        finding if finding.direction is Direction.BACKWARD else _waived(finding)
        for finding in compare(payment(ID, REQUIRED), payment(ID), "FULL")
    ]
    order = deploy_order(findings, SERVICES)
    assert order.order is Order.EITHER
    assert order.waived == (Direction.FORWARD,)


def _waived(finding: Finding) -> Finding:
    from dataclasses import replace
    from datetime import date

    assert finding.severity in set(Severity)
    return replace(finding, waiver=Waiver("s", finding.path, finding.rule, "why", date(2027, 1, 1)))
