"""Partitions of a batch, worked on at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from detector.chain.stream.side_by_side import side_by_side


def test_results_come_in_the_order_of_the_parts() -> None:
    """Whichever part is done first, each result stands where its part stood."""
    with ThreadPoolExecutor(2) as threads:
        assert side_by_side(threads, lambda part: part * part, range(9)) == [part * part for part in range(9)]


def test_an_error_waits_for_the_parts_that_are_still_worked_on() -> None:
    """When the caller learns of the error and puts state back, nobody writes to it."""
    failed, done = threading.Event(), threading.Event()

    def work(part: int) -> None:
        if part == 0:
            failed.set()
            raise ValueError("part 0")
        assert failed.wait(10)
        sum(range(3_000_000))
        done.set()

    with ThreadPoolExecutor(2) as threads:
        with pytest.raises(ValueError, match="part 0"):
            side_by_side(threads, work, [0, 1])
        assert done.is_set()
