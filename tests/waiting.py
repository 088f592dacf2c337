"""Waiting for a condition with a deadline: the only place of the tests that pauses."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PAUSE = 0.02
"""Seconds between two looks at the condition."""


def wait_for(condition: Callable[[], T], seconds: float, what: str) -> T:
    """The condition's first true value.

    Args:
        condition: Looked at at least once, and once more at the deadline.
        seconds: How long to wait at most.
        what: What is waited for, completes "waited N s for …"; say what the condition last held, if it can tell.

    Raises:
        AssertionError: the deadline passed.
    """
    deadline = time.monotonic() + seconds
    while True:
        late = time.monotonic() >= deadline
        value = condition()
        if value:
            return value
        if late:
            raise AssertionError(f"Waited {seconds:g} s for {what}; the condition last gave {value!r}.")
        time.sleep(PAUSE)
