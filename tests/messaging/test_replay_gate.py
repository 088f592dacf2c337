"""Live records wait for the replay of what belongs to them."""

from messaging.loop.input_batch import InputBatch
from messaging.loop.positions import Positions
from messaging.loop.replay_gate import ReplayGate
from messaging.partition import Partition
from tests.messaging.records import batch
from tests.messaging.told_consumer import ToldConsumer

IN, BETWEEN, OTHER = Partition("in", 0), Partition("between", 0), Partition("in", 1)


def gate(replayed_from: int) -> tuple[ReplayGate, ToldConsumer, Positions]:
    """A gate over three partitions; `between` 0 is replayed up to 100."""
    positions, consumer = Positions(), ToldConsumer()
    positions.take(IN, 50, 50)
    positions.take(OTHER, 50, 50)
    positions.take(BETWEEN, replayed_from, 100)
    return ReplayGate(consumer, positions), consumer, positions  # type: ignore[arg-type]  # four of its methods


def admitted(made: ReplayGate, *batches: InputBatch) -> list[tuple[str, int]]:
    """Topic and size of what is let through."""
    return [(each.topic, len(each)) for each in made.admitted(batches)]


def test_live_record_waits_for_the_other_topic() -> None:
    """Partition 0 of the input waits while partition 0 of the other topic is replayed; partition 1 does not."""
    made, consumer, _ = gate(90)
    assert admitted(made, batch(0, range(50, 60))) == []
    assert admitted(made, batch(1, range(50, 60))) == [("in", 10)]
    assert admitted(made, batch(0, range(90, 95), replay=True, topic="between")) == [("between", 5)]
    assert consumer.paused == {IN}


def test_waiting_partition_goes_on_where_it_was() -> None:
    """When the replay is done, the partition that waited is read again from its next offset."""
    made, consumer, positions = gate(90)
    admitted(made, batch(0, range(50, 60)))
    positions.advance(batch(0, range(90, 100), replay=True, topic="between"), {})
    made.turn(())
    assert consumer.paused == set()
    assert consumer.sought == {IN: 50}
    assert admitted(made, batch(0, range(50, 60))) == [("in", 10)]


def test_markers_before_the_committed_offset_end_the_replay() -> None:
    """No record comes for a transaction's marker: the consumer's position says that it has been passed."""
    made, consumer, positions = gate(90)
    positions.advance(batch(0, range(90, 99), replay=True, topic="between"), {})
    made.turn(())
    assert BETWEEN in positions.replaying
    consumer.at[BETWEEN] = 105
    made.turn(())
    assert not positions.replaying
    assert positions.next_offset(BETWEEN) == 100


def test_position_of_a_partition_that_was_sought_back_is_not_believed() -> None:
    """The library tells the old position until a record has come, and records would be left out."""
    made, consumer, positions = gate(90)
    consumer.at[BETWEEN] = 100
    made.turn({BETWEEN})
    made.turn(())
    assert BETWEEN in positions.replaying
    positions.advance(batch(0, range(90, 95), replay=True, topic="between"), {})
    made.turn(())
    assert not positions.replaying


def test_partition_that_must_be_replayed_itself_never_waits() -> None:
    """Two partitions of one number that both have something to replay do not wait for each other."""
    made, consumer, positions = gate(90)
    positions.take(IN, 40, 50)
    made.turn(())
    assert consumer.paused == set()
    assert admitted(made, batch(0, range(40, 50), replay=True)) == [("in", 10)]
