"""Selection from several rising arrays."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def nth_smallest(parts: Sequence[NDArray[np.int64]], n: int) -> int:
    """The n-th smallest of all values, counted from 1.

    Args:
        parts: Rising arrays of any length; together they hold at least `n` values.
        n: At least 1.
    """
    share = (n - 1) // len(parts)
    # At most `share` values of each part lie below this, at most n - 1 altogether; where the parts rise alike, little
    # more than the value sought is left.
    begin = min(int(part[share]) for part in parts if part.size > share)
    starts = [int(part.searchsorted(begin)) for part in parts]
    left = n - sum(starts)
    rest = np.concatenate([part[start : start + left] for part, start in zip(parts, starts, strict=True)])
    return int(np.partition(rest, left - 1)[left - 1])
