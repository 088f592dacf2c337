"""Partitions with a backlog are read in the order of their timestamps."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from confluent_kafka import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.loop.by_partition import by_partition
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

    def hand(self, messages: Sequence[Message], limit: int = LIMIT) -> list[tuple[int, int]]:
        """Partition and offset of what is handed out, which then counts as processed."""
        handed = self.order.admitted(by_partition(messages), (), limit)
        for batch in Intake([TOPIC, "other"], self.positions).batches(handed, ()):
            self.positions.advance(batch, {})
        self.positions.settle()
        return [(partition.number, m.offset()) for partition, records in handed.items() for m in records]


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
    others = {Partition("other", 0): [record(0, 0, 99, "other")]}
    assert bench.order.admitted({Partition(TOPIC, 0): [record(0, 0, 5)], **others}, (), LIMIT) == others


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
    first, second = record(0, 0, 5), record(0, 1, 6)
    aborted = bench.order.admitted(by_partition([first, second]), (), 1)
    assert aborted == {Partition(TOPIC, 0): [first]}  # not processed: the position stays at 0
    assert bench.order.admitted({}, (), LIMIT) == {}
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
        limit = self.random.randint(1, 8)
        handed = self.bench.order.admitted(by_partition(self._fetch()), (), limit)
        for batch in Intake([TOPIC], positions).batches(handed, ()):
            positions.advance(batch, {})
        if self.random.random() < aborts:
            for partition, offset in positions.rewind().items():
                self.at[partition.number] = offset
            return []
        positions.settle()
        records = [each for of_partition in handed.values() for each in of_partition]
        assert len(records) <= limit
        self.processed += [(each.partition(), each.offset(), each.timestamp()[1]) for each in records]
        return [each.timestamp()[1] for each in records]

    @property
    def horizon(self) -> int:
        """The event time that every partition with more to give has reached."""
        open_ones = [times[:at] for times, at in zip(self.times, self.at, strict=True) if at < len(times)]
        return min((max(read, default=-1) for read in open_ones), default=1 << 62)

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


@settings(deadline=None, max_examples=200)
@given(times=LOGS, seed=st.integers(0, 2**32))
def test_nothing_is_handed_out_ahead_of_a_partition_that_has_more(times: list[list[int]], seed: int) -> None:
    """However wrong the times of a partition are, the others wait until it has come so far, or is at its end."""
    log = Log(times, seed)
    for _ in range(5000):
        if log.done:
            break
        assert max(log.turn(0.0), default=-1) <= log.horizon
    assert log.done


@settings(deadline=None, max_examples=200)
@given(times=LOGS, limit=st.integers(1, 30))
def test_limit_is_used_up_with_the_oldest_records(times: list[list[int]], limit: int) -> None:
    """A turn brings as many records as it may, those of the lowest times, however unlike the partitions are."""
    bench = Bench(len(times), ended=set(range(len(times))))
    reached = {(p, at): max(log[: at + 1]) for p, log in enumerate(times) for at in range(len(log))}
    messages = [record(p, at, time) for p, log in enumerate(times) for at, time in enumerate(log)]
    handed = bench.hand(messages, limit)
    kept = reached.keys() - handed
    assert len(handed) == min(limit, len(reached))
    assert max((reached[at] for at in handed), default=0) <= min((reached[at] for at in kept), default=1 << 62)
