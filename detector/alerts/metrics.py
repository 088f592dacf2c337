"""What the alerts count; names and meanings stand in `messaging.metrics`."""

from prometheus_client import CollectorRegistry

from messaging.metrics import counter


class AlertMetrics:
    """Counters since the process began.

    Delivery: in memory; a record that is told again after a crash is counted again.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.read = counter(registry, "fraud_alerts_read_total", ("outcome",))
        self.delivered = counter(registry, "fraud_alerts_delivered_total", ("sink",))
        self.tries = counter(registry, "fraud_alert_tries_total", ("sink",))
        self.undeliverable = counter(registry, "fraud_alerts_undeliverable_total", ("sink",))
