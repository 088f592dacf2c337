"""A stop that signals ask for, also while something is awaited."""

import signal
import threading

import pytest

from messaging.errors import KafkaUnreachableError, StoppedError
from messaging.settings import KafkaSettings, TopicCreationSettings
from messaging.signals import stop_on_signals, until_stopped
from messaging.topics import ensure_topics


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_on_signals_while_the_broker_is_awaited_ends_orderly(number: signal.Signals) -> None:
    """A signal that comes while no broker answers ends the wait long before its bound, without an error."""
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        signal.raise_signal(number)

    kafka = KafkaSettings(broker_url="127.0.0.1:1", wait=600)
    with stop_on_signals() as stop:
        ensure_topics(kafka, TopicCreationSettings(), ["payments"], on_progress=until_stopped(stop, tell))
    assert stop.is_set()
    assert len(told) == 1


def test_until_stopped_before_a_stop_only_tells() -> None:
    """Progress is told as it is while nobody asked for the end."""
    told: list[str] = []
    stop = threading.Event()
    tell = until_stopped(stop, told.append)
    tell("once")
    stop.set()
    with pytest.raises(StoppedError):
        tell("twice")
    assert told == ["once"]


def test_stop_on_signals_with_another_error_lets_it_through() -> None:
    """Only the stop that was asked for is no error."""
    with pytest.raises(KafkaUnreachableError), stop_on_signals():
        raise KafkaUnreachableError("No broker answers.")
