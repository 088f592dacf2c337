"""Partitions worked on beside the loop's thread, and batches between their halves."""

import threading

import pytest

from detector.chain.stream.lanes import Lanes
from detector.chain.stream.underway import Underway

LONG = 60
"""Seconds after which a test that waits has failed."""


def test_results_come_in_the_order_of_the_parts() -> None:
    """Whichever part is done first, each result stands where its part stood."""
    found = Lanes(2).start(lambda part: part * part, ((part, part) for part in range(9)))
    assert [each.result(LONG) for each in found] == [part * part for part in range(9)]


def test_a_partition_is_worked_on_in_the_order_given() -> None:
    """The next batch of a partition waits for the one before it, whoever is idle meanwhile."""
    lanes, seen, go = Lanes(2), list[str](), threading.Event()

    def first(_: int) -> None:
        assert go.wait(LONG)
        seen.append("first")

    lanes.start(first, [(0, 0)])
    second = lanes.start(lambda _: seen.append("second"), [(0, 0)])
    lanes.start(lambda _: seen.append("other"), [(1, 0)])[0].result(LONG)
    go.set()
    second[0].result(LONG)
    assert seen == ["other", "first", "second"]


def test_waiting_outlasts_an_error() -> None:
    """When the caller puts state back, nobody writes to it, though the first part failed long ago."""
    lanes, failed, done = Lanes(2), threading.Event(), threading.Event()

    def work(part: int) -> None:
        if part == 0:
            failed.set()
            raise ValueError("part 0")
        assert failed.wait(LONG)
        sum(range(3_000_000))
        done.set()

    found = lanes.start(work, [(0, 0), (1, 1)])
    with pytest.raises(ValueError, match="part 0"):
        found[0].result(LONG)
    lanes.wait()
    assert done.is_set()


def test_the_second_half_of_a_batch_comes_once_the_next_has_begun() -> None:
    """One batch is left to the threads while the next is decoded; before a commit all are sent, oldest first."""
    sent = list[int]()
    underway = Underway(Lanes(1))
    for number in range(4):
        underway.add(lambda number=number: sent.append(number))
        assert sent == list(range(number))
    underway.finish()
    assert sent == [0, 1, 2, 3]
    underway.finish()
    assert sent == [0, 1, 2, 3]


def test_what_is_dropped_is_never_sent_and_nobody_works_on_it() -> None:
    """After an abort the outputs of the transaction are gone, and the threads have let go of the state."""
    lanes, go, done, sent = Lanes(2), threading.Event(), threading.Event(), list[int]()
    underway = Underway(lanes)

    def work(_: int) -> None:
        assert go.wait(LONG)
        done.set()

    lanes.start(work, [(1, 0)])
    underway.add(lambda: sent.append(1))
    threading.Timer(0.05, go.set).start()
    underway.drop()
    assert done.is_set()
    underway.finish()
    assert not sent


def test_an_error_of_an_older_batch_surfaces_and_drops_nothing_by_itself() -> None:
    """The loop learns of it while it gives the next batch, and its abort drops the rest."""
    underway, sent = Underway(Lanes(1)), list[int]()
    failing = RuntimeError("of the first batch")

    def fail() -> None:
        raise failing

    underway.add(fail)
    with pytest.raises(RuntimeError, match="of the first batch"):
        underway.add(lambda: sent.append(2))
    underway.drop()
    underway.finish()
    assert not sent
