"""Every metric of the services: its name, its meaning and its labels, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

COMMIT_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; the last is the transaction timeout, over which there is no commit."""

NAMES: Mapping[str, str] = {
    "fraud_payments_sent_total": "Payments the generator handed over, by outcome (acknowledged, failed).",
    "fraud_records_consumed_total": "Records processed, by input topic.",
    "fraud_records_produced_total": "Records sent, by output (legit, fraud, dead_letter).",
    "fraud_records_replayed_total": "Records read again to rebuild state, by input topic.",
    "fraud_records_dropped_total": "Records read and not processed because they come again (stale, revoked, waiting).",
    "fraud_records_deleted_unread_total": "Offsets deleted by retention before they were read, by input topic.",
    "fraud_dead_letters_total": "Records sent to the dead-letter topic, by reason.",
    "fraud_findings_total": "Findings, by rule.",
    "fraud_transactions_committed_total": "Kafka transactions committed.",
    "fraud_transactions_aborted_total": "Kafka transactions aborted, by error code.",
    "fraud_commit_seconds": "Time one commit takes.",
    "fraud_rebalances_total": "Rebalance events, by kind (assigned, revoked, lost).",
    "fraud_partitions_assigned": "Partitions this process owns.",
    "fraud_partitions_held": "Partitions paused at a record that waits for the registry.",
    "fraud_lag_records": "Records behind the end of the partition, by topic and partition.",
    "fraud_alerts_read_total": "Flagged records read by the alerts, by outcome (told, quiet, below_level, unreadable).",
    "fraud_alerts_delivered_total": "Alerts that a sink took, by sink.",
    "fraud_alert_tries_total": "Tries to hand an alert to a sink, by sink.",
    "fraud_alerts_undeliverable_total": "Alerts that became dead letters, by sink.",
    "fraud_state_payments": "What memory did not take in as usual, by partition and kind (late, duplicates, evicted, "
    "foreign; misplaced, of those looked at).",
    "fraud_state_cold": "1 while the state of a partition does not reach back over the longest window, else 0.",
    "fraud_state_accounts": "Accounts a partition remembers as payers.",
    "fraud_state_bytes": "Memory a partition's state takes.",
    "fraud_snapshot_age_seconds": "Seconds since the newest snapshot of a partition was taken.",
    "fraud_snapshot_bytes": "Bytes of the newest snapshot of a partition.",
    "fraud_snapshots_written": "Snapshots this process has committed.",
    "fraud_build_info": "Always 1; the labels say which rule set is at work.",
}
"""Name and help of every metric; `docs/metrics.md` lists the same."""


@dataclass(frozen=True, slots=True)
class LoopMetrics:
    """Counters and gauges of the exactly-once loop, in a registry of their own.

    Delivery: counts what this process did, aborted work included; the topics themselves are the exact account.
    """

    registry: CollectorRegistry
    consumed: Counter
    replayed: Counter
    dropped: Counter
    deleted: Counter
    committed: Counter
    aborted: Counter
    commit_seconds: Histogram
    rebalances: Counter
    assigned: Gauge
    held: Gauge
    lag: Gauge


def counter(registry: CollectorRegistry, name: str, labels: tuple[str, ...] = ()) -> Counter:
    """A counter of `NAMES`."""
    return Counter(name.removesuffix("_total"), NAMES[name], labels, registry=registry)


def gauge(registry: CollectorRegistry, name: str, labels: tuple[str, ...] = ()) -> Gauge:
    """A gauge of `NAMES`."""
    return Gauge(name, NAMES[name], labels, registry=registry)


def loop_metrics(registry: CollectorRegistry | None = None) -> LoopMetrics:
    """The loop's metrics, in `registry` or one of their own."""
    registry = registry or CollectorRegistry()
    commit_seconds = "fraud_commit_seconds"
    return LoopMetrics(
        registry=registry,
        consumed=counter(registry, "fraud_records_consumed_total", ("topic",)),
        replayed=counter(registry, "fraud_records_replayed_total", ("topic",)),
        dropped=counter(registry, "fraud_records_dropped_total"),
        deleted=counter(registry, "fraud_records_deleted_unread_total", ("topic",)),
        committed=counter(registry, "fraud_transactions_committed_total"),
        aborted=counter(registry, "fraud_transactions_aborted_total", ("code",)),
        commit_seconds=Histogram(commit_seconds, NAMES[commit_seconds], buckets=COMMIT_BUCKETS, registry=registry),
        rebalances=counter(registry, "fraud_rebalances_total", ("kind",)),
        assigned=gauge(registry, "fraud_partitions_assigned"),
        held=gauge(registry, "fraud_partitions_held"),
        lag=gauge(registry, "fraud_lag_records", ("topic", "partition")),
    )
