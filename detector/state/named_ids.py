"""Ids that a bag or a chain may still name."""

import numpy as np

from detector.state.payment_ids import Block, PaymentIds
from detector.windows.layout import I64, Side
from detector.windows.undo import mark_named, marked


def named_ids(side: Side, plan: I64, ids: PaymentIds) -> Block:
    """Those of `ids` that are still needed: one bit per payment since the oldest one kept decides."""
    whole = ids.joined()
    if not whole.handles.shape[0]:
        return whole
    first, last = int(whole.handles[0]), int(whole.handles[-1])
    bits = np.zeros((last - first) // 63 + 1, dtype=np.int64)
    mark_named(side, plan, bits, first)
    chosen = np.zeros(whole.handles.shape[0], dtype=np.int64)
    total = marked(bits, whole.handles, first, chosen)
    return whole.kept(chosen[:total])
