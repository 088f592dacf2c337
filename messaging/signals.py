"""A stop that signals ask for."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import ParamSpec

from messaging.errors import StoppedError

_SIGNALS = (signal.SIGTERM, signal.SIGINT)

Progress = ParamSpec("Progress")


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; a second signal ends the process at once.

    A handler of our own also serves where this process is PID 1, to which the kernel delivers no signal by default.
    A `StoppedError` from inside is an orderly end.
    """
    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def handle(number: int, frame: FrameType | None) -> None:
        del frame
        stop.set()
        signal.signal(number, before[signal.Signals(number)] or signal.SIG_DFL)

    for number in _SIGNALS:
        signal.signal(number, handle)
    try:
        yield stop
    except StoppedError:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)


def until_stopped(stop: threading.Event, tell: Callable[Progress, None]) -> Callable[Progress, None]:
    """`tell` for whatever reports its progress while it waits, so that a signal ends the wait.

    The function raises `StoppedError` once `stop` is set.
    """

    def told(*args: Progress.args, **kwargs: Progress.kwargs) -> None:
        if not stop.is_set():
            tell(*args, **kwargs)
        if stop.is_set():  # perhaps while it was telling
            raise StoppedError("Stopped by a signal while waiting. Nothing had begun.")

    return told
