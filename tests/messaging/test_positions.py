"""Own next offsets."""

from messaging.loop.positions import NOWHERE, Positions
from messaging.partition import Partition
from tests.messaging.records import batch

P0, P1 = Partition("in", 0), Partition("in", 1)


def positions(**taken: int | None) -> Positions:
    """Positions that own partitions of `in`, by committed offset."""
    made = Positions()
    for name, committed in taken.items():
        made.take(Partition("in", int(name[1:])), NOWHERE if committed is None else committed, committed)
    return made


def test_offsets_to_commit_are_last_processed_plus_one() -> None:
    """Only partitions touched since the last commit are committed, each at its last processed offset plus one."""
    made = positions(p0=5, p1=9)
    made.advance(batch(0, range(5, 8)), {})
    assert made.touched() == {P0: 8}
    made.settle()
    assert made.touched() == {}


def test_partition_given_up_is_not_committed() -> None:
    """The broker would take an offset of a partition that belongs to somebody else, so it is not even offered."""
    made = positions(p0=5, p1=9)
    made.advance(batch(0, range(5, 8)), {})
    made.advance(batch(1, range(9, 10)), {})
    made.forget([P0])
    assert made.touched() == {P1: 10}
    assert not made.owns(P0)


def test_rewind_goes_back_to_the_first_offset_of_the_transaction() -> None:
    """After an abort a partition stands where its first aborted record lies, not earlier and not later."""
    made = positions(p0=5)
    made.advance(batch(0, range(5, 8)), {})
    made.settle()
    made.advance(batch(0, range(8, 10)), {})
    made.advance(batch(0, range(10, 20)), {})
    assert made.rewind() == {P0: 8}
    assert made.next_offset(P0) == 8
    assert made.touched() == {}


def test_held_offset_ends_the_advance() -> None:
    """What lies at or behind a held offset does not count as processed."""
    made = positions(p0=5)
    made.advance(batch(0, range(5, 10)), {P0: 7})
    assert made.touched() == {P0: 7}


def test_hold_at_the_first_record_touches_nothing() -> None:
    """A partition whose first record must wait is not part of the transaction."""
    made = positions(p0=5)
    made.advance(batch(0, range(5, 10)), {P0: 5})
    assert made.touched() == {}


def test_replayed_records_are_never_committed() -> None:
    """Records below the committed offset move the position and belong to no transaction."""
    made = Positions()
    made.take(P0, 2, 5)
    assert made.replaying == {P0: 5}
    made.advance(batch(0, range(2, 5), replay=True), {})
    assert made.touched() == {}
    assert made.next_offset(P0) == 5
    assert made.replaying == {}


def test_first_record_sets_the_position_where_nothing_was_committed() -> None:
    """Without a committed offset, the first record seen is where an abort goes back to."""
    made = positions(p0=None)
    assert made.seen(P0, 3) == 3
    made.advance(batch(0, range(3, 6)), {})
    assert made.rewind() == {P0: 3}
