"""Room for what a stage finds in one batch."""

import numpy as np

from detector.rules.plan.stage_plan import StagePlan
from detector.windows.layout import CHAIN_CAP, I64, S_EVIDENCE, Found
from detector.windows.room import TAG_ROOM


def found_in(stage: StagePlan, rows: int, tags: I64 | None = None, ends: I64 | None = None) -> Found:
    """Empty tables for `rows` payments; the payee stage hands in the tags it reads."""
    measures, hops = len(stage.rows), len(stage.hops)
    floats = np.zeros((rows, measures))
    return Found(
        values=np.zeros((rows, measures), np.int64),
        float_values=floats,
        float_words=floats.view(np.int64),
        bands=np.zeros((rows, measures), np.int64),
        episodes=np.zeros((rows, measures), np.int64),
        points=np.zeros(rows, np.int64),
        flags=np.zeros(rows, np.int64),
        kept=np.zeros(rows, np.int64),
        cited=np.zeros((rows + int(stage.plan.sizes[S_EVIDENCE]), 3), np.int64),
        totals=np.zeros((rows, measures), np.int64),
        tags=np.zeros(8 * rows + TAG_ROOM, np.int64) if tags is None else tags,
        ends=np.zeros(rows, np.int64) if ends is None else ends,
        chains=np.zeros((rows, hops, CHAIN_CAP), np.int64),
        hops=np.zeros((rows, hops), np.int64),
        counts=np.zeros(2, np.int64),
    )
