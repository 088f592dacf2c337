"""Partitions that run ahead are not read for a while."""

from messaging.loop.brake import Brake
from messaging.loop.positions import Positions
from messaging.partition import Partition
from tests.messaging.told_consumer import ToldConsumer

P0 = Partition("in", 0)


def brake() -> tuple[Brake, ToldConsumer, Positions]:
    """A brake on one partition that stands at offset 5."""
    positions, consumer = Positions(), ToldConsumer()
    positions.take(P0, 5, 90)
    return Brake(consumer, positions), consumer, positions  # type: ignore[arg-type]  # three of its methods


def test_partition_is_paused_until_all_kept_of_it_is_handed_out() -> None:
    """It goes on where the loop stands, which is behind what was handed out."""
    made, consumer, positions = brake()
    made.turn({P0}, {P0}, ())
    assert consumer.paused == {P0}
    made.turn((), {P0}, ())
    assert consumer.paused == {P0}
    positions.skip_to(P0, 50)
    made.turn((), (), ())
    assert (consumer.paused, consumer.sought) == (set(), {P0: 50})


def test_partition_that_somebody_else_paused_is_left_to_them() -> None:
    """A partition that waits for something else meanwhile is resumed by those who made it wait; a lost one is not."""
    made, consumer, positions = brake()
    made.turn({P0}, {P0}, ())
    made.turn((), (), {P0})
    assert consumer.paused == {P0}
    made.turn({P0}, {P0}, ())
    positions.forget([P0])
    made.turn((), (), ())
    assert (consumer.paused, consumer.sought) == ({P0}, {})
