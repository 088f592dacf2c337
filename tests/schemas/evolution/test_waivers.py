"""Waivers mark findings, expire, and object to themselves when they cover nothing."""

from datetime import date

from schemas.evolution import Severity, compare
from schemas.evolution.waivers import EXPIRED, UNUSED, Waiver, apply

OLD = {"type": "record", "name": "Txn", "fields": [{"name": "n", "type": "long", "doc": "Number."}]}
NEW = {"type": "record", "name": "Txn", "fields": [{"name": "n", "type": "double", "doc": "Number."}]}
FINDINGS = compare(OLD, NEW, "BACKWARD")
DAY = date(2026, 11, 24)


def _waiver(**changes: object) -> Waiver:
    values = {"subject": "txn-value", "path": "Txn.n", "rule": "NUMBER_PROMOTION_LOSSY", "reason": "Never above 2^53."}
    return Waiver(**({**values, "expires": DAY} | changes))  # type: ignore[arg-type]


def test_apply_on_the_last_day() -> None:
    """On its last day a waiver covers: the finding stays visible and counts no more."""
    waiver = _waiver()
    applied = apply(FINDINGS, [waiver], DAY, subject="txn-value")
    assert [finding.rule for finding in applied] == [finding.rule for finding in FINDINGS]
    assert [finding.waiver for finding in applied if finding.rule == waiver.rule] == [waiver]
    assert not any(finding.counts for finding in applied)


def test_apply_expired() -> None:
    """The day after, the finding counts again and the waiver is an error of its own."""
    applied = apply(FINDINGS, [_waiver()], date(2026, 11, 25), subject="txn-value")
    assert {finding.rule for finding in applied if finding.counts} == {"NUMBER_PROMOTION_LOSSY", EXPIRED}


def test_apply_unused() -> None:
    """A waiver that covers nothing is an error."""
    applied = apply(FINDINGS, [_waiver(), _waiver(path="Txn.m")], DAY, subject="txn-value")
    (objection,) = [finding for finding in applied if finding.rule == UNUSED]
    assert objection.severity is Severity.ERROR
    assert "Txn.m" in objection.message


def test_apply_of_another_subject() -> None:
    """A waiver of another subject covers nothing here and is not called unused."""
    applied = apply(FINDINGS, [_waiver(subject="other-value")], DAY, subject="txn-value")
    assert applied == FINDINGS
