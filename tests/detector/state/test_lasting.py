"""Arrays that last."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detector.state.lasting import LastingWords, empty_table

HUGE = 1 << 19
"""Words from which huge pages are asked for."""


@given(count=st.integers(1, 3000), growths=st.integers(1, 12))
def test_growing_keeps_every_word_and_adds_zeros(count: int, growths: int) -> None:
    """Whatever was written is there after each growth, and the new half is zero."""
    words = LastingWords(count)
    for _ in range(growths):
        size = words.array.shape[0]
        words.array[:] = np.arange(1, size + 1)
        words.grow()
        assert words.array.shape[0] == 2 * size
        assert np.array_equal(words.array[:size], np.arange(1, size + 1))
        assert not words.array[size:].any()


def test_an_array_that_grows_beyond_small_pages_keeps_every_word() -> None:
    """Asking for huge pages on the way loses nothing."""
    words = LastingWords(HUGE // 2)
    words.array[:] = 7
    words.grow()
    words.grow()
    assert words.array.shape[0] == 2 * HUGE
    assert words.array.sum() == 7 * (HUGE // 2)


def test_a_part_held_through_growth_stays_as_it_was() -> None:
    """Whoever still holds a part has what was there, never memory of somebody else; the array itself is complete."""
    words = LastingWords(600)
    words.array[:] = np.arange(600)
    held = words.array[100:200]
    words.grow()
    words.array[150] = -1
    assert np.array_equal(held, np.arange(100, 200))
    assert np.array_equal(words.array[:100], np.arange(100))
    assert words.array.shape[0] == 1200


def test_an_empty_table_is_writable_and_zero() -> None:
    """A table is empty, and of exactly the length asked for."""
    for count in (1, 511, 512, HUGE):
        array = empty_table(count)
        assert array.shape == (count,)
        assert not array.any()
        array[-1] = 5
        assert array[-1] == 5
