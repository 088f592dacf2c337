"""How many letters one transaction of a replay takes."""

import pytest

from messaging.dead_letters.letter import Letter, LetterId
from messaging.dead_letters.replay import MOST_BYTES, MOST_LETTERS, portions


def letter(number: int, size: int) -> Letter:
    """A letter whose value has a length."""
    return Letter(LetterId(0, number), {"value": bytes(size)})


@pytest.mark.parametrize(
    ("sizes", "cut"),
    [
        ([], []),
        ([1] * (MOST_LETTERS - 1), [MOST_LETTERS - 1]),
        ([1] * MOST_LETTERS, [MOST_LETTERS]),
        ([1] * (MOST_LETTERS + 1), [MOST_LETTERS, 1]),
        ([MOST_BYTES - 1, 1], [2]),
        ([MOST_BYTES, 1], [1, 1]),
        ([1, MOST_BYTES + 1, 1], [1, 1, 1]),
    ],
    ids=["none", "one less", "just as many", "one more", "bytes just fit", "a byte too many", "one larger than all"],
)
def test_portions_at_their_bounds(sizes: list[int], cut: list[int]) -> None:
    """A transaction takes so many letters and so many bytes, and no letter is lost or moved."""
    letters = [letter(number, size) for number, size in enumerate(sizes)]
    portioned = list(portions(letters))
    assert [len(each) for each in portioned] == cut
    assert [each for portion in portioned for each in portion] == letters
