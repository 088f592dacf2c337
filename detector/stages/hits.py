"""Measured values that reached a band."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from detector.rules.plan.stage_plan import StagePlan
from detector.stages.found import floats_of, values_of
from detector.windows.layout import F64, I64, V_BAND, V_EPISODE, V_FLOAT, V_VALUE, Found


class Hit(NamedTuple):
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


@dataclass(frozen=True)
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

    @cached_property
    def _by_row(self) -> Mapping[int, list[Hit]]:
        columns = (self.rows, self.measures, self.bands, self.wholes, self.reals, self.episodes)
        hits: dict[int, list[Hit]] = {}
        for row, *values in zip(*(column.tolist() for column in columns), strict=True):
            hits.setdefault(row, []).append(Hit(*values))
        return hits

    def of(self, row: int) -> Sequence[Hit]:
        """The hits on a row."""
        return self._by_row.get(row, ())

    def at(self, rows: I64) -> "Hits":
        """The hits on some rows."""
        kept = np.isin(self.rows, rows)
        return Hits(
            self.rows[kept],
            self.measures[kept],
            self.bands[kept],
            self.wholes[kept],
            self.reals[kept],
            self.episodes[kept],
        )
