"""Records of several topics by turns."""

from hypothesis import given
from hypothesis import strategies as st

from messaging.loop.by_turns import by_turns
from messaging.partition import Partition
from tests.messaging.dated import dated

FIRST, SECOND = "first", "second"
TIMES = st.lists(st.integers(0, 20), max_size=12)


@given(first=TIMES, second=TIMES)
def test_turns_are_the_records_in_the_order_of_their_times(first: list[int], second: list[int]) -> None:
    """Each topic in its own order, merged by the highest time so far; where times are equal, the first topic first."""
    logs = {Partition(topic, 0): times for topic, times in ((SECOND, second), (FIRST, first)) if times}
    parts = {p: [dated(p, at, time) for at, time in enumerate(times)] for p, times in logs.items()}
    merged = sorted(
        (max(times[: at + 1]), p.topic != FIRST, at) for p, times in logs.items() for at in range(len(times))
    )
    found = [
        (records[0].topic() != FIRST, each.offset())
        for turn in by_turns(parts, (FIRST, SECOND))
        for topic in (FIRST, SECOND)
        for records in [turn.get(Partition(topic, 0), ())]
        for each in records
    ]
    assert found == [(late, at) for _, late, at in merged]


def test_partitions_share_turns() -> None:
    """The number of turns is that of the partition that needs most, not the sum; a topic alone has one."""
    parts = {
        Partition(topic, number): [dated(Partition(topic, number), at, 10 * at + later) for at in range(4)]
        for number in range(3)
        for topic, later in ((FIRST, 0), (SECOND, 5))
    }
    alone = Partition(FIRST, 7)
    turns = list(by_turns({**parts, alone: [dated(alone, at, at) for at in range(9)]}, (FIRST, SECOND)))
    assert [len(turn) for turn in turns] == [7, 6, 6, 6]
    assert len(turns[0][alone]) == 9


def test_nothing_has_no_turn() -> None:
    """No records, no turns."""
    assert list(by_turns({}, (FIRST, SECOND))) == []
