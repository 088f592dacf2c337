"""Retries, rate limit and the end of an alert's life, on a clock that the test turns."""

import random

import pytest

from detector.alerts.alert import Alert
from detector.alerts.delivery import Backoff, Delivery
from detector.alerts.errors import DeliveryStoppedError, NotTakenError, UndeliverableError
from detector.alerts.rate_limit import RateLimit

ALERT = Alert(
    id="a1",
    episodes=("e1",),
    level="BLOCK",
    score=17,
    transaction="t1",
    source="S",
    target="T",
    amount="1000.00",
    currency="EUR",
    occurred_at="2026-01-01T00:00:00.000Z",
    reasons=("50 senders",),
    rules=("fan-in",),
    evidence=("t0", "t1"),
    evidence_total=2,
    rule_set="abc",
)


class Clock:
    """Steady seconds that pass only while somebody waits."""

    def __init__(self, stop_after: float = float("inf")) -> None:
        self.now = 0.0
        self.stop_after = stop_after

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> bool:
        self.now += seconds
        return self.now > self.stop_after


class Receiver:
    """A sink that answers as told, then takes everything."""

    name = "receiver"

    def __init__(self, *answers: NotTakenError) -> None:
        self.answers = list(answers)
        self.taken: list[str] = []

    def send(self, alert: Alert) -> None:
        if self.answers:
            raise self.answers.pop(0)
        self.taken.append(alert.id)

    def close(self) -> None:
        pass


def delivery(receiver: Receiver, clock: Clock, *, per_minute: int = 0, backoff: Backoff | None = None) -> Delivery:
    return Delivery(
        receiver,
        backoff=backoff or Backoff(first=1, longest=8, give_up_after=60),
        limit=RateLimit(per_minute),
        clock=clock,
        pause=clock.pause,
        rng=random.Random(1),
    )


def test_delivery_repeats_until_taken() -> None:
    """An alert that is refused for a while is taken in the end, once, after the tries it needed."""
    receiver, clock = Receiver(*[NotTakenError("later")] * 3), Clock()
    assert delivery(receiver, clock).deliver(ALERT) == 4
    assert receiver.taken == ["a1"]
    assert 3.5 <= clock.now <= 7


def test_delivery_honours_retry_after() -> None:
    """A receiver that names a time is not asked before it."""
    receiver, clock = Receiver(NotTakenError("429", retry_after=42)), Clock()
    delivery(receiver, clock).deliver(ALERT)
    assert clock.now == 42


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ([NotTakenError("no", final=True)] * 5, 4),
        ([NotTakenError("429", retry_after=61)] * 5, 4),
        ([NotTakenError("503")] * 99, 87),
    ],
    ids=["final answer", "asked to wait too long", "never"],
)
def test_delivery_gives_up_in_bounded_time(answers: list[NotTakenError], left: int) -> None:
    """An alert that is not taken ends after the bounded time, or at once when asking again is of no use."""
    clock, receiver = Clock(), Receiver(*answers)
    with pytest.raises(UndeliverableError, match="tries"):
        delivery(receiver, clock).deliver(ALERT)
    assert clock.now <= 60
    assert len(receiver.answers) == pytest.approx(left, abs=5 if left > 4 else 0)


def test_delivery_stops_when_asked() -> None:
    """A process that stops leaves the alert undelivered rather than waiting for the receiver."""
    receiver = Receiver(*[NotTakenError("later")] * 99)
    with pytest.raises(DeliveryStoppedError):
        delivery(receiver, Clock(stop_after=5)).deliver(ALERT)
    assert receiver.taken == []


def test_rate_limit_delays_and_drops_nothing() -> None:
    """Of 180 alerts at once with 60 a minute, 60 go at once, the rest in two minutes, and none is lost."""
    receiver, clock = Receiver(), Clock()
    limited = delivery(receiver, clock, per_minute=60)
    for _ in range(180):
        limited.deliver(ALERT)
    assert len(receiver.taken) == 180
    assert clock.now == pytest.approx(120, abs=1)
