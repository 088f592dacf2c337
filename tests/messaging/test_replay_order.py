"""Partitions of one number that are replayed in two topics are merged by their timestamps."""

import random
from collections.abc import Sequence

import pytest
from confluent_kafka import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.loop import event_order
from messaging.loop.by_partition import by_partition
from messaging.loop.event_order import FIRST_PATIENCE, EventOrder
from messaging.loop.intake import Intake
from messaging.loop.positions import Positions
from messaging.partition import Partition
from tests.messaging.dated import dated

FIRST, SECOND = "first", "second"
LIMIT = 100


class Replay:
    """Both topics of some partitions, replayed from offset 0 to a committed offset each.

    Args:
        committed: By partition.
    """

    def __init__(self, committed: dict[Partition, int]) -> None:
        self.now = 0.0
        self.positions = Positions()
        for partition, offset in committed.items():
            self.positions.take(partition, 0, offset)
        self.order = EventOrder(FIRST, self.positions, lambda _: False, lambda: self.now)
        self.intake = Intake((FIRST, SECOND), self.positions)
        self.barred: set[Partition] = set()

    def hand(self, messages: Sequence[Message], limit: int = LIMIT) -> list[tuple[str, int, int]]:
        """Topic, partition and offset of what is replayed now, in order; live records wait where the gate is."""
        handed = self.order.admitted(by_partition(messages), self.barred, limit)
        found = []
        for batch in self.intake.batches(handed, self.barred):
            if batch.replay:
                self.positions.advance(batch, {})
                found += [(batch.topic, each.partition(), each.offset()) for each in batch.messages]
        return found


A, B = Partition(FIRST, 0), Partition(SECOND, 0)


def test_topic_that_was_fetched_first_waits_for_the_other() -> None:
    """However long the other takes to come: its committed offset says that it has more to give."""
    replay = Replay({A: 3, B: 2})
    assert replay.hand([dated(A, at, 10 * at) for at in range(3)]) == []
    replay.now = 100 * FIRST_PATIENCE
    assert replay.hand([]) == []
    assert replay.hand([dated(B, 0, 5)]) == [(FIRST, 0, 0), (SECOND, 0, 0)]
    assert replay.hand([dated(B, 1, 15)]) == [(FIRST, 0, 1), (SECOND, 0, 1), (FIRST, 0, 2)]


def test_topic_read_up_to_its_committed_offset_holds_nobody_back() -> None:
    """What is not replayed any more has no more to give, although its log goes on."""
    replay = Replay({A: 3, B: 1})
    assert replay.hand([dated(B, 0, 5), dated(B, 1, 6)]) == []
    assert replay.hand([dated(A, at, 10 * at) for at in range(3)]) == [
        (FIRST, 0, 0), (SECOND, 0, 0), (FIRST, 0, 1), (FIRST, 0, 2)
    ]  # fmt: skip


def test_markers_before_the_committed_offset_hold_nobody_back() -> None:
    """A live record says that nothing but markers is left before it, in both topics alike."""
    replay = Replay({A: 5, B: 5})
    assert replay.hand([dated(A, 0, 10), dated(B, 0, 5)]) == [(SECOND, 0, 0)]
    assert replay.hand([dated(A, 6, 30), dated(B, 7, 20)]) == [(FIRST, 0, 0)]
    assert replay.hand([dated(A, 6, 30)]) == []
    assert not replay.positions.replaying


def test_partition_that_waits_makes_its_sibling_wait_and_no_other() -> None:
    """A record that cannot be decided stops its number; another number goes on."""
    other, pair = Partition(FIRST, 1), Partition(SECOND, 1)
    replay = Replay({A: 9, B: 9, other: 9, pair: 9})
    replay.barred = {B}
    messages = [dated(A, 0, 5), dated(other, 0, 50), dated(pair, 0, 60)]
    assert replay.hand(messages) == [(FIRST, 1, 0)]
    replay.barred = set()
    assert replay.hand([dated(B, 0, 7), dated(other, 1, 70)]) == [(FIRST, 0, 0), (SECOND, 1, 0)]


def test_pair_of_which_one_gives_nothing_delays_others_for_a_moment_only() -> None:
    """Where a broker is away, its replay waits for it, and other numbers go on after a while."""
    other, pair = Partition(FIRST, 1), Partition(SECOND, 1)
    replay = Replay({A: 9, B: 9, other: 9, pair: 9})
    assert replay.hand([dated(A, 0, 5), dated(other, 0, 50), dated(pair, 0, 60)]) == []
    replay.now = FIRST_PATIENCE
    assert replay.hand([]) == [(FIRST, 1, 0)]


def test_partition_of_which_too_much_is_kept_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by records, and of the other topic by bytes: the one that runs ahead is to be paused."""
    monkeypatch.setattr(event_order, "MOST_PENDING", 20)
    replay = Replay({A: 90, B: 90})
    replay.hand([dated(A, at, 10 * at) for at in range(5)])
    assert list(replay.order.ahead) == []
    replay.hand([dated(A, 5, 50)])
    assert list(replay.order.ahead) == [A]
    monkeypatch.setattr(event_order, "MOST_BYTES", 2 * len(b"value"))
    replay.hand([dated(B, at, 10 * at) for at in range(6)])
    replay.hand([dated(B, at, 99) for at in (6, 7)])
    assert list(replay.order.ahead) == [B]


def merged(logs: dict[Partition, list[int]], number: int) -> list[tuple[str, int, int]]:
    """Records of one number in the order of the highest time so far, those of the first topic first."""
    each = [
        (max(times[: at + 1]), p.topic != FIRST, at, p)
        for p, times in logs.items()
        if p.number == number
        for at in range(len(times))
    ]
    return [(p.topic, number, at) for _, _, at, p in sorted(each)]


LOG = st.lists(st.integers(0, 12), max_size=15)
PAIRS = st.lists(st.tuples(LOG, LOG), min_size=1, max_size=3)


@settings(deadline=None, max_examples=300)
@given(pairs=PAIRS, seed=st.integers(0, 2**32), limit=st.integers(1, 12))
def test_order_is_the_same_however_fetches_bring_the_records(
    pairs: list[tuple[list[int], list[int]]], seed: int, limit: int
) -> None:
    """The replay of a number is the merge of its two logs, in whatever pieces and however much at once they come."""
    chance = random.Random(seed)
    by = {
        Partition(topic, number): times
        for number, pair in enumerate(pairs)
        for topic, times in zip((FIRST, SECOND), pair, strict=True)
    }
    replay = Replay({partition: len(times) for partition, times in by.items()})
    read, found = dict.fromkeys(by, 0), []
    for _ in range(3000):
        if not replay.positions.replaying:
            break
        partition = chance.choice(list(by))
        start, read[partition] = read[partition], min(len(by[partition]), read[partition] + chance.randint(1, 6))
        replay.now += 1.0
        found += replay.hand([dated(partition, at, by[partition][at]) for at in range(start, read[partition])], limit)
    assert not replay.positions.replaying
    for number in range(len(pairs)):
        assert [each for each in found if each[1] == number] == merged(by, number)
