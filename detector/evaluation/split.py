"""Parts of a history by time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.evaluation.errors import LabelsError
from detector.evaluation.labelled import Marks


@dataclass(frozen=True, slots=True)
class Split:
    """Shares of the time span: up to `warm_up` links and habits are unknown, up to `tuned` parameters were chosen.

    Never by chance: a rule would know the second half of a ring of which it saw the first. Where both are 0, all that
    there is is reported.
    """

    warm_up: float = 0.12
    tuned: float = 0.6

    def __post_init__(self) -> None:
        if not (0 <= self.warm_up < self.tuned < 1 or self.warm_up == self.tuned == 0):
            raise LabelsError(
                f"a split at {self.warm_up} and {self.tuned} has no parts; "
                "accepted: 0 <= warm-up < tuned < 1, or both 0"
            )

    def cuts(self, times: NDArray[np.int64]) -> tuple[int, int]:
        """Ends of warm-up and of tuning, in milliseconds since 1970."""
        if times.size == 0:
            raise LabelsError("the file holds no payments")
        first, span = int(times[0]), int(times[-1] - times[0])
        return first + int(self.warm_up * span), first + int(self.tuned * span)

    def parts(self, times: NDArray[np.int64]) -> dict[str, Marks]:
        """The payments of the parts: `tuned` without warm-up, and `reported`."""
        warm, cut = self.cuts(times)
        return {"tuned": (times >= warm) & (times < cut), "reported": times >= cut}
