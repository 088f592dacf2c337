"""The search for the record that the broker refuses."""

from hypothesis import given
from hypothesis import strategies as st

from messaging.loop.caution import Caution
from messaging.loop.positions import Positions
from messaging.partition import Partition
from tests.messaging.records import batch

P0 = Partition("in", 0)


@given(total=st.integers(2, 30_000), data=st.data())
def test_refused_record_is_found_alone(total: int, data: st.DataObject) -> None:
    """Whatever record is refused, halving ends at a transaction that holds it alone, in few transactions."""
    refused = data.draw(st.integers(0, total - 1))
    caution, positions = Caution(5000), Positions()
    positions.take(P0, 0, 0)
    caution.refused(total, {P0: total})
    for _ in range(200):
        at = positions.next_offset(P0)
        taken = range(at, min(total, at + caution.limit))
        if refused in taken and len(taken) == 1:
            return
        positions.advance(batch(0, taken), {})
        if refused in taken:
            caution.refused(len(taken), positions.touched())
            positions.rewind()
        else:
            positions.settle()
            caution.passed(positions)
    raise AssertionError(f"{refused} of {total} was not found in 200 transactions")


def test_work_is_free_again_behind_the_failed_transaction() -> None:
    """Once the end of the failed transaction is committed, transactions are as large as before."""
    caution, positions = Caution(5000), Positions()
    positions.take(P0, 0, 0)
    caution.refused(10, {P0: 10})
    assert (caution.active, caution.limit) == (True, 5)
    positions.advance(batch(0, range(10)), {})
    caution.passed(positions)
    assert (caution.active, caution.limit) == (False, 5000)
