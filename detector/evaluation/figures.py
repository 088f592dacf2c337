"""Precision, recall and F1."""

from dataclasses import dataclass

import numpy as np

from detector.evaluation.labelled import Marks


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of found payments, of those that are fraud, and of all fraud there is."""

    found: int
    right: int
    wanted: int

    @property
    def precision(self) -> float:
        """Share of the found that is fraud; 0 where nothing was found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the fraud that was found; 0 where there is none."""
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (self.found + self.wanted) if self.right else 0.0

    def as_dict(self) -> dict[str, float | int]:
        """JSON-ready values, shares with four digits."""
        return {
            "found": self.found,
            "right": self.right,
            "wanted": self.wanted,
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
        }


def figures(found: Marks, fraud: Marks, part: Marks) -> Figures:
    """Figures of the payments of one part."""
    return Figures(
        int(np.count_nonzero(found & part)),
        int(np.count_nonzero(found & fraud & part)),
        int(np.count_nonzero(fraud & part)),
    )
