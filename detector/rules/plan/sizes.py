"""Sizes of rows and of the room that one payment may need."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detector.rules.plan.measures import episode_places
from detector.rules.plan.rings import TAG_CAP
from detector.windows.layout import (
    CHAIN_CAP,
    ENTRY_FIXED,
    EPISODE_WORDS,
    F_CHAINS,
    HOP_WORDS,
    PLAN_HEAD,
    PROFILE_WORDS,
    RATE_WORDS,
    RING_WORDS,
    ROW_FIXED,
    S_EPISODES,
    S_EVIDENCE,
    S_FINGERPRINT,
    S_FRESH_RING,
    S_FUNDERS,
    S_GRACE,
    S_HAS_PROFILE,
    S_HOPS,
    S_LOG,
    S_PAYEE_RING,
    S_PAYEES,
    S_PROFILE,
    S_RATES,
    S_RINGS,
    S_ROOM,
    S_ROW,
    S_VALUES,
    S_WIDTH,
)

if TYPE_CHECKING:
    from detector.rules.plan.stage_plan import StagePlan


def sizes_of(stage: "StagePlan") -> NDArray[np.int64]:
    """The table S_*: where the parts of a row lie, and how much one payment may take of each store."""
    sizes = np.zeros(PLAN_HEAD, dtype=np.int64)
    _place_parts(stage, sizes)
    sizes[S_FUNDERS] = TAG_CAP if stage.funders else 0
    sizes[S_PAYEES] = TAG_CAP if stage.payees else 0
    named = sizes[S_FUNDERS] + sizes[S_PAYEES] if stage.stage == "payee" else 0
    sizes[S_WIDTH] = ENTRY_FIXED + named
    # what the payer stage calls late, the payee stage does not see
    waiting = stage.every if stage.stage == "payer" else stage.rules
    sizes[S_GRACE] = max((rule.grace for rule in waiting), default=0)
    entries = sum(ring.cap + 1 for ring in stage.rings.all)
    sizes[S_ROOM] = 2 * (sizes[S_ROW] + entries * sizes[S_WIDTH])
    sizes[S_LOG] = sizes[S_ROOM] + 600
    caps = [stage.rings.all[row.cite_ring].cap if row.cite_ring >= 0 else CHAIN_CAP for row in stage.rows]
    sizes[S_EVIDENCE] = sum(cap + 1 for cap in caps)
    sizes[S_VALUES] = F_CHAINS + len(stage.hops) * CHAIN_CAP
    sizes[S_FINGERPRINT] = stage.fingerprint
    sizes[S_FRESH_RING], sizes[S_PAYEE_RING] = stage.fresh_ring, stage.payee_ring
    return sizes


def _place_parts(stage: "StagePlan", sizes: NDArray[np.int64]) -> None:
    episodes = sum(episode_places(row.rule) for row in stage.rows)
    sizes[S_HAS_PROFILE] = stage.needs_profile
    parts = (
        (S_RINGS, len(stage.rings.all) * RING_WORDS),
        (S_RATES, len(stage.rates) * RATE_WORDS),
        (S_HOPS, len(stage.hops) * HOP_WORDS if stage.stage == "payer" else 0),
        (S_PROFILE, PROFILE_WORDS * int(sizes[S_HAS_PROFILE])),
        (S_EPISODES, episodes * EPISODE_WORDS),
    )
    end = ROW_FIXED
    for part, words in parts:
        sizes[part] = end
        end += words
    sizes[S_ROW] = end
