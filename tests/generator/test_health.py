"""The generator's port tells what was acknowledged and whether the run goes on."""

import httpx
import pytest
from prometheus_client import generate_latest

from generator.health import STALLED_SECONDS, Health, health_port
from generator.service import Summary
from generator.settings import HealthSettings
from messaging.errors import MessagingError
from tests.servers.ports import free_ports


class Clock:
    """Seconds that pass when they are told to."""

    now = 100.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def summary(acknowledged: int, failed: int = 0) -> Summary:
    """A run that has come so far."""
    return Summary(handed_over=acknowledged + failed, acknowledged=acknowledged, failed=failed, injected=0, seconds=1.0)


def test_missing_before_the_first_acknowledgement_says_so() -> None:
    """A generator is not ready before the broker has taken a payment."""
    health = Health(Clock())
    health.note(summary(0))
    assert health.missing() == "no payment acknowledged yet"
    health.note(summary(1))
    assert health.missing() is None


def test_missing_after_a_failed_delivery_says_how_many() -> None:
    """A payment that was not delivered is seen."""
    health = Health(Clock())
    health.note(summary(5, failed=2))
    assert health.missing() == "2 payments not delivered"


@pytest.mark.parametrize(("silent", "stuck"), [(STALLED_SECONDS - 0.1, False), (STALLED_SECONDS, True)])
def test_stuck_at_the_bound_of_silence(silent: float, stuck: bool) -> None:
    """A run that no longer reports is stuck from the bound on."""
    clock = Clock()
    health = Health(clock)
    health.note(summary(1))
    clock.now += silent
    assert (health.stuck() is not None) is stuck
    assert (health.missing() is not None) is stuck


def test_note_of_growing_summaries_counts_each_payment_once() -> None:
    """The counters are the run's own figures, however often it reports."""
    health = Health(Clock())
    for acknowledged in (3, 3, 10):
        health.note(summary(acknowledged))
    told = generate_latest(health.registry).decode()
    assert 'fraud_payments_sent_total{outcome="acknowledged"} 10.0' in told
    assert 'fraud_payments_sent_total{outcome="failed"} 0.0' in told


def test_health_port_serves_while_the_block_lasts() -> None:
    """The port is there during a run, and free again after it."""
    (port,) = free_ports(1)
    base = f"http://127.0.0.1:{port}"
    with health_port(HealthSettings(port=port)) as note:
        assert httpx.get(f"{base}/readyz", trust_env=False).status_code == 503
        note(summary(4))
        assert httpx.get(f"{base}/readyz", trust_env=False).status_code == 200
        assert httpx.get(f"{base}/livez", trust_env=False).status_code == 200
        assert "fraud_payments_sent_total" in httpx.get(f"{base}/metrics", trust_env=False).text
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{base}/livez", trust_env=False)


def test_health_port_that_is_taken_is_a_clear_error() -> None:
    """Two generators on one port: the second says what to do."""
    (port,) = free_ports(1)
    with (
        health_port(HealthSettings(port=port)),
        pytest.raises(MessagingError, match=f"Port {port} .* Name another port"),
        health_port(HealthSettings(port=port)),
    ):
        pass


def test_health_port_without_a_port_serves_nothing() -> None:
    """By default a run opens no port, so that any number can run on one machine."""
    assert HealthSettings().port == -1
    with health_port(HealthSettings()) as note:
        note(summary(1))
