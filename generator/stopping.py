"""SIGTERM and SIGINT as events: end the run soon, then give up what still does not end."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

GRACE_SECONDS = 8.0
"""From the signal to giving up; service managers kill after 10 s."""


class Stop(threading.Event):
    """Set when a run is to end; `give_up` is set when it is to end without waiting any longer.

    Events, no exceptions: one raised by a signal handler can hit a callback of the Kafka library and vanish there.
    """

    def __init__(self) -> None:
        super().__init__()
        self.give_up = threading.Event()


@contextmanager
def stop_on_signals(grace_seconds: float = GRACE_SECONDS) -> Iterator[Stop]:
    """A stop that SIGTERM or SIGINT sets, to be entered in the main thread; the handlers of before come back.

    Args:
        grace_seconds: After this long, or at a second signal, `give_up` is set too.
    """
    stop = Stop()
    timer = threading.Timer(grace_seconds, stop.give_up.set)
    timer.daemon = True

    def ask(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            stop.give_up.set()
            return
        stop.set()
        timer.start()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        timer.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)
