"""A signal ends a run soon, and by force where it does not end by itself."""

import os
import signal
import threading

import pytest

from generator.errors import InterruptedRunError
from generator.stopping import stop_on_signals
from tests.waiting import wait_for

SECONDS = 20
NEVER = threading.Event()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_on_signals_sets_the_event(number: signal.Signals) -> None:
    """The first signal only asks; afterwards the handlers of before are back."""
    before = signal.getsignal(number)
    with stop_on_signals() as stop:
        os.kill(os.getpid(), number)
        wait_for(stop.is_set, SECONDS, "the stop")
    assert signal.getsignal(number) is before
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_stop_on_signals_after_the_grace_raises() -> None:
    """Work that does not end within the grace is broken off."""
    with pytest.raises(InterruptedRunError, match="before the broker had acknowledged"), stop_on_signals(0.05):
        os.kill(os.getpid(), signal.SIGTERM)
        NEVER.wait(SECONDS)


def test_stop_on_signals_with_a_second_signal_raises_at_once() -> None:
    """Who asks twice does not wait."""
    with pytest.raises(InterruptedRunError), stop_on_signals() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        wait_for(stop.is_set, SECONDS, "the stop")
        os.kill(os.getpid(), signal.SIGINT)
        NEVER.wait(SECONDS)
