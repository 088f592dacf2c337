"""Room for what a stage finds in one batch, and its columns."""

import numpy as np

from detector.rules.plan.stage_plan import StagePlan
from detector.windows.layout import F64, I64, S_EVIDENCE, S_VALUES, VALUE_WORDS, Found
from detector.windows.room import TAG_ROOM


def found_in(stage: StagePlan, rows: int, tags: I64 | None = None) -> Found:
    """Empty tables for `rows` payments; the payee stage hands in the tags it reads."""
    width = int(stage.plan[S_VALUES]) + len(stage.rows) * VALUE_WORDS
    return Found(
        rows=np.zeros((rows, width), np.int64),
        cited=np.zeros((rows + int(stage.plan[S_EVIDENCE]), 3), np.int64),
        tags=np.zeros(8 * rows + TAG_ROOM, np.int64) if tags is None else tags,
        counts=np.zeros(2, np.int64),
    )


def values_of(stage: StagePlan, found: Found, word: int) -> I64:
    """One of the V_* words: payments down, measures across."""
    start = int(stage.plan[S_VALUES]) + word
    return found.rows[:, start::VALUE_WORDS]


def floats_of(stage: StagePlan, found: Found, word: int) -> F64:
    """The same words, read as floats."""
    start = int(stage.plan[S_VALUES]) + word
    return found.rows.view(np.float64)[:, start::VALUE_WORDS]
