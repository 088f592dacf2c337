"""How payments are made: symbols of `fraud.Channel`, and how often each occurs."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

UNKNOWN: Final = "UNKNOWN"

CHANNELS: Final = ("CARD", "TRANSFER", "DIRECT_DEBIT", "INSTANT", "CASH")
EVERYDAY: Final = (0.52, 0.18, 0.12, 0.13, 0.05)
"""Shares of `CHANNELS` among payments to shops, people and companies."""

PLANNED: Final = (0.0, 0.7, 0.1, 0.2, 0.0)
"""Shares among payments from account to account: salaries, rents, standing orders, and rings that hide among them."""


def draw_channels(rng: np.random.Generator, count: int, shares: tuple[float, ...] = EVERYDAY) -> list[str]:
    """The channels of the next `count` payments."""
    bounds: NDArray[np.float64] = np.cumsum(shares)
    bounds[-1] = 1.0
    drawn = np.searchsorted(bounds, rng.random(count), side="right")
    names: list[str] = _NAMES[drawn].tolist()
    return names


_NAMES: Final[NDArray[np.object_]] = np.array(CHANNELS, dtype=object)
