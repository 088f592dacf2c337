"""Waiting for a condition with a deadline: the only place of the tests that pauses."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

T = TypeVar("T")

PAUSE = 0.02
"""Seconds between two looks at the condition."""

LONGEST_TURN = 1.0
"""Seconds that a turn counts at most. A process that was frozen, or a machine that slept, has not waited: what it
waits for was frozen too, or has had no turn to be seen. A condition that itself takes long is bounded by the time limit
of its test."""


def wait_for(condition: Callable[[], T], seconds: float, what: str) -> T:
    """The condition's first true value.

    Args:
        condition: Looked at at least once, and once more at the deadline.
        seconds: How long to wait at most, a turn counted with `LONGEST_TURN` at most.
        what: What is waited for, completes "waited N s for …"; say what the condition last held, if it can tell.

    Raises:
        AssertionError: the deadline passed.
    """
    waited, before = 0.0, monotonic()
    while True:
        late = waited >= seconds
        value = condition()
        if value:
            return value
        if late:
            raise AssertionError(f"Waited {seconds:g} s for {what}; the condition last gave {value!r}.")
        sleep(PAUSE)
        now = monotonic()
        waited, before = waited + min(now - before, LONGEST_TURN), now
