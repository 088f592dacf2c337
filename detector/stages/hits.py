"""Measured values that reached a band."""

from dataclasses import dataclass

import numpy as np

from detector.rules.plan.stage_plan import StagePlan
from detector.stages.found import floats_of, values_of
from detector.windows.layout import F64, I64, V_BAND, V_EPISODE, V_FLOAT, V_VALUE, Found


@dataclass(frozen=True, slots=True)
class Hit:
    """A measured value in a band that is not silent.

    Args:
        measure: Index of the measure in its stage.
        band: Index of the band; 0 would be the silent one.
        whole: Value as a whole number: a count, an unscaled amount, milliseconds.
        real: Value as a float: a surprise, a ratio.
        episode: Episode of the rule on the key, 0 for none.
    """

    measure: int
    band: int
    whole: int
    real: float
    episode: int


@dataclass(frozen=True, slots=True)
class Hits:
    """All hits of one stage on a batch, as columns in the order of rows; the fields are those of `Hit`."""

    rows: I64
    measures: I64
    bands: I64
    wholes: I64
    reals: F64
    episodes: I64

    @classmethod
    def found(cls, stage: StagePlan, found: Found) -> "Hits":
        """The hits of a stage."""
        bands = values_of(stage, found, V_BAND)
        rows, measures = np.nonzero(bands)
        return cls(
            rows,
            measures,
            bands[rows, measures],
            values_of(stage, found, V_VALUE)[rows, measures],
            floats_of(stage, found, V_FLOAT)[rows, measures],
            values_of(stage, found, V_EPISODE)[rows, measures],
        )

    def of(self, row: int) -> list[Hit]:
        """The hits on a row."""
        first, end = self.rows.searchsorted((row, row + 1)).tolist()
        return [
            Hit(
                int(self.measures[at]),
                int(self.bands[at]),
                int(self.wholes[at]),
                float(self.reals[at]),
                int(self.episodes[at]),
            )
            for at in range(first, end)
        ]
