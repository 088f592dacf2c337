"""SIGTERM and SIGINT as an event that ends a run soon."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from generator.errors import InterruptedRunError

GRACE_SECONDS = 9.0
"""From the signal to the end, at most; service managers kill after 10 s."""


@contextmanager
def stop_on_signals(grace_seconds: float = GRACE_SECONDS) -> Iterator[threading.Event]:
    """An event that SIGTERM or SIGINT sets; to be entered in the main thread.

    Raises:
        InterruptedRunError: inside the block, when it has not ended `grace_seconds` after the signal, for example
            because no broker takes the records; or at a second signal.
    """
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            give_up(number, frame)
        stop.set()
        signal.setitimer(signal.ITIMER_REAL, grace_seconds)

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise InterruptedRunError(
            "Stopped before the broker had acknowledged every record handed over. Is the broker running?"
        )

    handlers = {signal.SIGTERM: ask, signal.SIGINT: ask, signal.SIGALRM: give_up}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield stop
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
