"""Measured values that reached a band."""

from dataclasses import dataclass

import numpy as np

from detector.rules.plan.stage_plan import StagePlan
from detector.stages.found import floats_of, values_of
from detector.windows.layout import F64, I64, V_BAND, V_EPISODE, V_FLOAT, V_VALUE, Found
from detector.windows.tags import HIT_WORDS, unpack_hits


@dataclass(frozen=True)
class Hits:
    """All hits of one stage on a batch, as columns in the order of rows and measures.

    Args:
        rows: Rows of the batch.
        measures: Index of the measure in its stage.
        bands: Index of the band; 0 would be the silent one.
        wholes: Value as a whole number: a count, an unscaled amount, milliseconds.
        reals: Value as a float: a surprise, a ratio.
        episodes: Episode of the rule on the key, 0 for none.
    """

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

    @classmethod
    def packed(cls, tags: I64, ends: I64) -> "Hits":
        """The hits in packed tags, see `detector.windows.tags`; `ends` are those of each row's tags."""
        columns = np.empty((tags.shape[0] // HIT_WORDS, 2 + HIT_WORDS), np.int64)
        columns = columns[: unpack_hits(tags, ends, columns)]
        rows, measures, bands, wholes, reals, episodes = (columns[:, at].copy() for at in range(2 + HIT_WORDS))
        return cls(rows, measures, bands, wholes, reals.view(np.float64), episodes)

    def renamed(self, rows: I64) -> "Hits":
        """The same hits, whose rows are positions in `rows`."""
        return Hits(rows[self.rows], self.measures, self.bands, self.wholes, self.reals, self.episodes)
