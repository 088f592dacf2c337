"""Ids that a bag or a chain may still name."""

import numpy as np

from detector.state.payment_ids import PaymentIds
from detector.windows.layout import I64, Side
from detector.windows.undo import mark_named, marked


def named_ids(side: Side, plan: I64, ids: PaymentIds) -> I64:
    """Positions of those `ids` that are still needed: one bit per payment since the oldest one kept decides."""
    handles = ids.named().handles
    if not handles.shape[0]:
        return np.zeros(0, np.int64)
    first, last = int(handles[0]), int(handles[-1])
    bits = np.zeros((last - first) // 63 + 1, dtype=np.int64)
    mark_named(side, plan, bits, first)
    chosen = np.empty(handles.shape[0], dtype=np.int64)
    return chosen[: marked(bits, handles, first, chosen)]
