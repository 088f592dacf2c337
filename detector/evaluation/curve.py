"""Figures by threshold of the score."""

from dataclasses import dataclass

import numpy as np

from detector.evaluation.figures import Figures, figures
from detector.evaluation.labelled import Labelled, Marks
from detector.evaluation.verdicts import Verdicts


@dataclass(frozen=True, slots=True)
class Point:
    """What would be flagged from `threshold` points on."""

    threshold: int
    figures: Figures


def curve(labelled: Labelled, verdicts: Verdicts, part: Marks) -> list[Point]:
    """A point per score that occurs in the part, rising; by triggering payment, since citing changes with alerts."""
    thresholds = np.unique(verdicts.scores[part & (verdicts.scores > 0)]).tolist()
    return [Point(at, figures(verdicts.scores >= at, labelled.fraud, part)) for at in thresholds]
