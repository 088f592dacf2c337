"""Batches of the internal topic in pieces."""

from hypothesis import given
from hypothesis import strategies as st

from detector.chain.stream.pieces import pieces
from messaging.loop import InputBatch, Run
from messaging.loop.record import Record
from messaging.partition import Partition
from tests.messaging.records import record


def batch_of(sizes: list[list[int]]) -> InputBatch:
    """A batch with values of so many bytes in each partition."""
    messages: list[Record] = []
    runs = []
    for number, each in enumerate(sizes):
        if each:
            runs.append(Run(Partition("t", number), len(messages), len(messages) + len(each)))
            messages += [record(number, offset, b"v" * size, topic="t") for offset, size in enumerate(each)]
    return InputBatch("t", messages, runs, replay=True)


@given(sizes=st.lists(st.lists(st.integers(0, 50), max_size=12), min_size=1, max_size=4), most=st.integers(1, 200))
def test_pieces_are_the_batch(sizes: list[list[int]], most: int) -> None:
    """Piece by piece, each partition gives its records in log order, none twice and none left out."""
    batch = batch_of(sizes)
    offsets: dict[int, list[int]] = {}
    for piece in pieces(batch, most):
        assert piece.replay
        assert [run.start for run in piece.runs] == [0, *(run.stop for run in piece.runs)][: len(piece.runs)]
        for run in piece.runs:
            rows = piece.messages[run.start : run.stop]
            assert {message.partition() for message in rows} == {run.partition.number}
            offsets.setdefault(run.partition.number, []).extend(message.offset() for message in rows)
    assert offsets == {number: list(range(len(each))) for number, each in enumerate(sizes) if each}


def test_pieces_have_a_bound() -> None:
    """Many records come in pieces of the size asked for, each with a share of every partition."""
    sizes = [len(piece) for piece in pieces(batch_of([[10] * 40, [10] * 40]), 100)]
    assert sizes == [10] * 8
    assert [len(piece.runs) for piece in pieces(batch_of([[10] * 40, [10] * 40]), 100)] == [2] * 8


def test_small_batch_is_one_piece() -> None:
    """What fits is not cut."""
    batch = batch_of([[10, 10], [10]])
    assert list(pieces(batch, 100)) == [batch]
