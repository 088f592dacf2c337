"""From records by partition to batches."""

from messaging.loop.by_partition import by_partition
from messaging.loop.intake import Intake
from messaging.loop.positions import NOWHERE, Positions
from messaging.partition import Partition
from tests.messaging.dated import dated
from tests.messaging.records import record

P0, P1 = Partition("in", 0), Partition("in", 1)


def owning(*partitions: tuple[Partition, int, int]) -> Positions:
    """Positions that own partitions, given with start and committed offset."""
    made = Positions()
    for partition, start, committed in partitions:
        made.take(partition, start, committed)
    return made


def test_runs_of_partitions_make_one_batch() -> None:
    """Records of several partitions come in one batch per topic, each partition's together, as the runs say."""
    intake = Intake(["in"], owning((P0, 0, 0), (P1, 5, 5)))
    messages = [record(0, 0), record(0, 1), record(1, 5), record(0, 2)]
    (batch,) = intake.batches(by_partition(messages), ())
    assert [(m.partition(), m.offset()) for m in batch.messages] == [(0, 0), (0, 1), (0, 2), (1, 5)]
    assert batch.runs == [(P0, 0, 3), (P1, 3, 4)]


def test_records_before_the_position_are_dropped_and_counted() -> None:
    """A record fetched before a seek back, or below the position, is not processed a second time."""
    intake = Intake(["in"], owning((P0, 2, 2)))
    (batch,) = intake.batches(by_partition([record(0, 0), record(0, 1), record(0, 2)]), ())
    assert [each.offset() for each in batch.messages] == [2]
    assert intake.dropped == 2


def test_gap_before_the_first_record_is_told() -> None:
    """Where another offset comes than the one that was to come, both are told; after stale records nothing is."""
    gaps: list[tuple[Partition, int, int]] = []
    positions = owning((P0, 2, 2), (P1, NOWHERE, NOWHERE))
    intake = Intake(["in"], positions, lambda *gap: gaps.append(gap))
    list(intake.batches(by_partition([record(0, 1), record(0, 2), record(1, 7)]), ()))
    assert gaps == []
    list(intake.batches(by_partition([record(0, 1), record(0, 5), record(0, 6)]), ()))
    assert gaps == [(P0, 2, 5)]


def test_records_of_strange_and_barred_partitions_are_dropped() -> None:
    """Partitions that are not owned, wait, or are not sought back yet give nothing."""
    intake = Intake(["in"], owning((P0, 0, 0)))
    assert list(intake.batches(by_partition([record(0, 0), record(1, 0)]), {P0})) == []
    assert intake.dropped == 2


def test_batch_is_cut_at_the_committed_offset() -> None:
    """Records below the committed offset come first, in a batch marked as replay."""
    intake = Intake(["in"], owning((P0, 0, 2)))
    replayed, live = intake.batches(by_partition([record(0, offset) for offset in range(4)]), ())
    assert (replayed.replay, [each.offset() for each in replayed.messages]) == (True, [0, 1])
    assert (live.replay, [each.offset() for each in live.messages]) == (False, [2, 3])


def test_topics_come_in_their_order() -> None:
    """With several input topics each has its own batch, in the order the loop was given them."""
    first, second = Partition("payer", 0), Partition("payee", 0)
    intake = Intake(["payer", "payee"], owning((first, 0, 0), (second, 0, 0)))
    messages = [record(0, 0, topic="payee"), record(0, 0, topic="payer"), record(0, 1, topic="payee")]
    assert [(batch.topic, len(batch)) for batch in intake.batches(by_partition(messages), ())] == [
        ("payer", 1),
        ("payee", 2),
    ]


def test_replayed_topics_come_by_turns() -> None:
    """Records before the committed offsets come in the order of their times, live ones topic by topic behind them."""
    first, second = Partition("payer", 0), Partition("payee", 0)
    intake = Intake(["payer", "payee"], owning((first, 0, 2), (second, 0, 2)))
    messages = [dated(first, at, 10 * at) for at in range(3)] + [dated(second, at, 10 * at + 5) for at in range(4)]
    batches = intake.batches(by_partition(messages), ())
    assert [(batch.topic, batch.replay, [each.offset() for each in batch.messages]) for batch in batches] == [
        ("payer", True, [0]),
        ("payee", True, [0]),
        ("payer", True, [1]),
        ("payee", True, [1]),
        ("payer", False, [2]),
        ("payee", False, [2, 3]),
    ]


def test_live_record_ends_a_replay_without_records() -> None:
    """Where the first record lies behind the committed offset, markers alone lie before: nothing is to be replayed."""
    positions = owning((P0, 2, 6))
    (live,) = Intake(["in"], positions).batches(by_partition([record(0, 7)]), ())
    assert (live.replay, dict(positions.replaying)) == (False, {})
