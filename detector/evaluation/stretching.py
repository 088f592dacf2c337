"""Slower rings, made of a labelled history."""

import numpy as np
import polars as pl

from detector.evaluation.labelled import Labelled


def stretched(history: Labelled, factor: float) -> Labelled:
    """Each ring stretched in time around its first payment; payments that would leave the span are dropped."""
    times = history.times.copy()
    first: dict[str, int] = {}
    for row, ring in enumerate(history.rings):
        if ring:
            start = first.setdefault(ring, int(times[row]))
            times[row] = start + int((times[row] - start) * factor)
    order = np.argsort(times, kind="stable")
    order = order[times[order] <= history.times[-1]]
    moved = pl.Series("occurred_at", times).cast(pl.Datetime("ms", "UTC"))
    rows = order.tolist()
    return Labelled(
        history.payments.with_columns(moved)[order],
        history.fraud[order],
        [history.scenarios[row] for row in rows],
        [history.rings[row] for row in rows],
    )
