"""Partitions with a backlog are read in the order of their timestamps."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from confluent_kafka import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.loop.event_order import FIRST_PATIENCE, PATIENCE, EventOrder
from messaging.loop.intake import Intake
from messaging.loop.positions import Positions
from messaging.partition import Partition

TOPIC = "in"
LIMIT = 100


def record(partition: int, offset: int, time: int, topic: str = TOPIC) -> Message:
    """A record with a timestamp."""
    return Message(topic=topic, partition=partition, offset=offset, key=b"", value=b"", timestamp=(1, time))


@dataclass
class Bench:
    """An order over partitions that begin at offset 0, with a clock and ends that the test moves."""

    partitions: int = 2
    now: float = 0.0
    ended: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.positions = Positions()
        for number in range(self.partitions):
            self.positions.take(Partition(TOPIC, number), 0, 0)
        self.order = EventOrder(TOPIC, self.positions, lambda p: p.number in self.ended, lambda: self.now)

    def hand(self, messages: Sequence[Message], limit: int = LIMIT) -> list[tuple[int | None, int | None]]:
        """Partition and offset of what is handed out, which then counts as processed."""
        handed = self.order.admitted(messages, (), limit)
        for batch in Intake([TOPIC, "other"], self.positions).batches(handed, ()):
            self.positions.advance(batch, {})
        self.positions.settle()
        return [(m.partition(), m.offset()) for m in handed]


def test_partition_that_runs_ahead_waits_for_the_others() -> None:
    """What lies behind the event time that all have reached is kept back until they reach it."""
    bench = Bench()
    assert bench.hand([record(0, offset, offset * 10) for offset in range(10)]) == []
    assert bench.hand([record(1, 0, 35)]) == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0)]
    assert list(bench.order.pending) == [Partition(TOPIC, 0)]
    assert bench.hand([record(1, 1, 1000)]) == [(0, offset) for offset in range(4, 10)]


def test_partition_at_its_end_holds_nobody_back() -> None:
    """A quiet partition is no reason to wait."""
    bench = Bench(ended={1})
    assert bench.hand([record(0, 0, 5)]) == [(0, 0)]


def test_partition_that_gives_nothing_is_waited_for_a_moment_only() -> None:
    """A broker that is away delays the others by half a second, and at the start by some seconds."""
    bench = Bench()
    assert bench.hand([record(0, 0, 5)]) == []
    bench.now = FIRST_PATIENCE
    assert bench.hand([]) == [(0, 0)]
    assert bench.hand([record(0, 1, 10), record(1, 0, 7)]) == [(1, 0)]
    bench.now += PATIENCE
    assert bench.hand([]) == [(0, 1)]


def test_no_more_than_the_limit_is_handed_out() -> None:
    """A loop that looks for a broken record takes one at a time, of the kept ones too."""
    bench = Bench(ended={0, 1})
    messages = [*(record(0, offset, 7) for offset in range(5)), *(record(1, offset, 7) for offset in range(5))]
    handed = bench.hand(messages, 3)
    while len(handed) < 10:
        more = bench.hand([], 1)
        assert len(more) == 1
        handed += more
    assert sorted(handed) == [(number, offset) for number in range(2) for offset in range(5)]


def test_records_of_other_topics_pass() -> None:
    """Only the partitions of one topic are held together."""
    bench = Bench()
    bench.positions.take(Partition("other", 0), 0, 0)
    other = record(0, 0, 99, "other")
    assert bench.order.admitted([record(0, 0, 5), other], (), LIMIT) == [other]


def test_single_partition_is_left_alone() -> None:
    """There is nobody to wait for."""
    assert Bench(partitions=1).hand([record(0, 0, 5)]) == [(0, 0)]


def test_partition_that_goes_takes_its_records_along() -> None:
    """Another member reads them now."""
    bench = Bench()
    bench.hand([record(0, 0, 50)])
    bench.positions.forget([Partition(TOPIC, 0)])
    assert bench.hand([record(1, 0, 60)]) == [(1, 0)]


def test_records_kept_back_are_forgotten_when_handed_ones_come_again() -> None:
    """After an abort the partition is read from the abort's first record, not from what was kept."""
    bench = Bench(ended={1})
    aborted = bench.order.admitted([record(0, 0, 5), record(0, 1, 6)], (), 1)
    assert [each.offset() for each in aborted] == [0]  # not processed: the position stays at 0
    assert bench.order.admitted([], (), LIMIT) == []
    assert bench.hand([record(0, 0, 5), record(0, 1, 6)]) == [(0, 0), (0, 1)]


class Log:
    """Partitions that are fetched in random pieces, with aborts that seek back."""

    def __init__(self, times: Sequence[Sequence[int]], seed: int) -> None:
        self.random = random.Random(seed)
        self.times = times
        self.at = [0] * len(times)
        self.bench = Bench(len(times))
        self.bench.order = EventOrder(TOPIC, self.bench.positions, self._ended, lambda: 0.0)
        self.processed: list[tuple[int, int, int]] = []

    def _ended(self, partition: Partition) -> bool:
        return self.at[partition.number] == len(self.times[partition.number])

    def _fetch(self) -> list[Message]:
        number = self.random.randrange(len(self.times))
        start = self.at[number]
        self.at[number] = min(len(self.times[number]), start + self.random.randint(1, 6))
        return [record(number, offset, self.times[number][offset]) for offset in range(start, self.at[number])]

    def turn(self, aborts: float) -> list[int]:
        """One round of a loop; times of what was processed, nothing when it was aborted."""
        positions = self.bench.positions
        handed = self.bench.order.admitted(self._fetch(), (), self.random.randint(1, 8))
        for batch in Intake([TOPIC], positions).batches(handed, ()):
            positions.advance(batch, {})
        if self.random.random() < aborts:
            for partition, offset in positions.rewind().items():
                self.at[partition.number] = offset
            return []
        positions.settle()
        self.processed += [(m.partition() or 0, m.offset() or 0, m.timestamp()[1]) for m in handed]
        return [m.timestamp()[1] for m in handed]

    @property
    def done(self) -> bool:
        """Whether every record has been processed."""
        return len(self.processed) >= sum(map(len, self.times))


LOGS = st.lists(st.lists(st.integers(0, 60), max_size=25), min_size=2, max_size=4)


@settings(deadline=None, max_examples=200)
@given(times=LOGS, seed=st.integers(0, 2**32), aborts=st.sampled_from([0.0, 0.2, 0.5]))
def test_every_record_is_processed_once_and_in_log_order(times: list[list[int]], seed: int, aborts: float) -> None:
    """Whatever comes late, ahead, or again: nothing is lost, repeated or overtaken within its partition."""
    log = Log(times, seed)
    for _ in range(5000):
        if log.done:
            break
        log.turn(aborts)
    for number, wanted in enumerate(times):
        assert [offset for p, offset, _ in log.processed if p == number] == list(range(len(wanted)))


@settings(deadline=None, max_examples=200)
@given(times=LOGS, seed=st.integers(0, 2**32))
def test_a_turn_never_brings_what_is_older_than_a_turn_before(times: list[list[int]], seed: int) -> None:
    """Partitions whose own records are in time order are merged in time order, however fetches bring them."""
    log = Log([sorted(each) for each in times], seed)
    reached = -1
    for _ in range(5000):
        if log.done:
            break
        turn = log.turn(0.0)
        if turn:
            assert min(turn) >= reached
            reached = max(turn)
    assert log.done
