"""Partitions of a batch, worked on at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, wait
from typing import TypeVar

Part = TypeVar("Part")
Made = TypeVar("Made")


def side_by_side(threads: Executor, work: Callable[[Part], Made], parts: Sequence[Part]) -> list[Made]:
    """What `work` makes of each part, in order; an error is raised when no part is being worked on any more.

    Raised at once, it would let the caller roll state back that another thread still writes to.
    """
    futures = [threads.submit(work, part) for part in parts]
    wait(futures)
    return [future.result() for future in futures]
