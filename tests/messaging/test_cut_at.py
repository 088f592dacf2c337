"""Where an offset cuts the records of a partition."""

from hypothesis import given
from hypothesis import strategies as st

from messaging.loop.cut_at import cut_at
from tests.messaging.records import record


@given(st.sets(st.integers(0, 30)), st.integers(-1, 32))
def test_offset_need_not_exist(offsets: set[int], offset: int) -> None:
    """Offsets have gaps where transactions ended; what lies before the cut and behind it is all there is."""
    before, behind = cut_at([record(0, each) for each in sorted(offsets)], offset)
    assert [each.offset() for each in before] == sorted(each for each in offsets if each < offset)
    assert [each.offset() for each in behind] == sorted(each for each in offsets if each >= offset)
