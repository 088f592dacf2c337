"""A signal asks a run to end, and after a grace to give up."""

import os
import signal

import pytest

from generator.stopping import stop_on_signals
from tests.waiting import wait_for

SECONDS = 20


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_on_signals_sets_the_stop_alone(number: signal.Signals) -> None:
    """The first signal only asks; afterwards the handlers of before are back."""
    before = signal.getsignal(number)
    with stop_on_signals() as stop:
        os.kill(os.getpid(), number)
        wait_for(stop.is_set, SECONDS, "the stop")
        assert not stop.give_up.is_set()
    assert signal.getsignal(number) is before


def test_stop_on_signals_after_the_grace_gives_up() -> None:
    """What has not ended within the grace is told to give up."""
    with stop_on_signals(0.05) as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        wait_for(stop.give_up.is_set, SECONDS, "giving up")


def test_stop_on_signals_with_a_second_signal_gives_up_at_once() -> None:
    """Who asks twice does not wait."""
    with stop_on_signals() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        wait_for(stop.is_set, SECONDS, "the stop")
        os.kill(os.getpid(), signal.SIGINT)
        wait_for(stop.give_up.is_set, SECONDS, "giving up")
