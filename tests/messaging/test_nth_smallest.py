"""Selection from several rising arrays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from messaging.loop.nth_smallest import nth_smallest


@given(st.lists(st.lists(st.integers(-5, 40)), min_size=1, max_size=5).filter(any), st.data())
def test_is_what_sorting_tells(parts: list[list[int]], data: st.DataObject) -> None:
    """However the values lie in the parts, and however many are alike."""
    values = sorted(value for part in parts for value in part)
    n = data.draw(st.integers(1, len(values)))
    assert nth_smallest([np.array(sorted(part), np.int64) for part in parts], n) == values[n - 1]
