"""Names of metrics are a promise."""

from prometheus_client import CollectorRegistry

from detector.chain.stream.progress import Progress
from detector.verdict_outputs import VerdictOutputs
from messaging.metrics import NAMES, loop_metrics

PINNED = [
    "fraud_alert_tries_total",
    "fraud_alerts_delivered_total",
    "fraud_alerts_read_total",
    "fraud_alerts_undeliverable_total",
    "fraud_build_info",
    "fraud_commit_seconds",
    "fraud_dead_letters_total",
    "fraud_findings_total",
    "fraud_lag_records",
    "fraud_partitions_assigned",
    "fraud_partitions_held",
    "fraud_payments_sent_total",
    "fraud_rebalances_total",
    "fraud_records_consumed_total",
    "fraud_records_deleted_unread_total",
    "fraud_records_dropped_total",
    "fraud_records_produced_total",
    "fraud_records_replayed_total",
    "fraud_snapshot_age_seconds",
    "fraud_snapshot_bytes",
    "fraud_snapshots_written",
    "fraud_state_accounts",
    "fraud_state_bytes",
    "fraud_state_cold",
    "fraud_state_payments",
    "fraud_transactions_aborted_total",
    "fraud_transactions_committed_total",
]
"""Dashboards and alerts use these; renaming one breaks them."""


def test_names_stay_as_they_are() -> None:
    """No metric is renamed or dropped unseen."""
    assert sorted(NAMES) == PINNED


def test_detector_exposes_exactly_the_listed_metrics() -> None:
    """What the detector registers is what is listed, the alerts' and the generator's metrics aside."""
    registry = CollectorRegistry()
    loop_metrics(registry)
    VerdictOutputs(None, None, "", registry)  # type: ignore[arg-type]  # only the counters are of interest
    Progress(registry)
    exposed = {family.name + ("_total" if family.type == "counter" else "") for family in registry.collect()}
    assert exposed == {name for name in NAMES if not name.startswith(("fraud_alert", "fraud_payments"))}
