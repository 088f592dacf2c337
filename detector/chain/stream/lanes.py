"""Partitions worked on beside the loop's thread."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Part = TypeVar("Part")
Made = TypeVar("Made")


class Lanes:
    """Threads among which partitions are shared out: the work on one partition is done in the order it was given.

    Args:
        count: Threads.
    """

    def __init__(self, count: int) -> None:
        self._threads = [ThreadPoolExecutor(1, "judging") for _ in range(count)]

    def start(self, work: Callable[[Part], Made], parts: Iterable[tuple[int, Part]]) -> list[Future[Made]]:
        """Gives each part, with the number of its partition, to that partition's thread.

        Returns:
            What `work` will make of each part, in order.
        """
        return [self._threads[number % len(self._threads)].submit(work, part) for number, part in parts]

    def wait(self) -> None:
        """Waits until nothing is being worked on; what failed is told by its future alone."""
        for idle in [thread.submit(int) for thread in self._threads]:
            idle.result()
