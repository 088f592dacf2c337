"""Numbers for the bands of a rule set: stage (0 payer, 1 payee), measure and band, eight bits each."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", int, NDArray[np.int64])


def kind_of(stage: int, measure: Number, band: Number) -> Number:
    """The number of a band, or of many."""
    return stage << 16 | measure << 8 | band


def citing(stage: int, measure: int) -> int:
    """The number of a measure; findings of all its bands cite the same payments."""
    return stage << 8 | measure


def citing_of(kind: int) -> int:
    """The number of the measure of a band."""
    return kind >> 8
