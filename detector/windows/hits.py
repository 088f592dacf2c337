"""Bands, episodes and cited payments of a measured value."""

from detector.windows.arena import put
from detector.windows.bag import header_of
from detector.windows.kernel import kernel
from detector.windows.layout import (
    CHAIN_CAP,
    ENTRY_HANDLE,
    ENTRY_POINTS,
    EPISODE_WORDS,
    HOPS,
    M_BANDS,
    M_CITE_POINTS,
    M_CITE_RING,
    M_CITE_WINDOW,
    M_EPISODE,
    M_FLOAT,
    M_KIND,
    M_RULE_HASH,
    M_TAG,
    M_WINDOW,
    N_CITED,
    S_EPISODES,
    S_WIDTH,
    Arena,
    Found,
    Payment,
    Plan,
)
from detector.windows.measures import counts


@kernel
def band_of(plan: Plan, measure: int, value: int, real: float) -> int:
    """The band a value falls into; 0 is the silent one. Bands are half-open."""
    band = 0
    for upper in range(plan.measures[measure, M_BANDS]):
        if plan.measures[measure, M_FLOAT]:
            reached = real >= plan.float_bands[measure, upper]
        else:
            reached = value >= plan.bands[measure, upper]
        if reached:
            band = upper + 1
    return band


@kernel
def episode_of(arena: Arena, plan: Plan, measure: int, payment: Payment) -> int:
    """The open episode of a rule on an account, opened by this payment when the window has cleared since the last hit."""
    rule = plan.measures[measure]
    if rule[M_EPISODE] < 0:
        return 0
    at = payment.row + plan.sizes[S_EPISODES] + rule[M_EPISODE] * EPISODE_WORDS
    if arena.words[at] == 0 or payment.now - arena.words[at + 1] >= rule[M_WINDOW]:
        put(arena, at, (rule[M_RULE_HASH] ^ payment.key ^ payment.id) | 1)
    put(arena, at + 1, payment.now)
    return arena.words[at]


@kernel
def _cite(found: Found, index: int, measure: int, handle: int) -> None:
    at = found.counts[N_CITED]
    found.cited[at, 0] = index
    found.cited[at, 1] = measure
    found.cited[at, 2] = handle
    found.counts[N_CITED] = at + 1
    found.totals[index, measure] += 1


@kernel
def cite_window(arena: Arena, plan: Plan, found: Found, measure: int, payment: Payment) -> None:
    """Names the payments of the burst: those in the window with points enough of their own, and the current one."""
    words, width, rule = arena.words, plan.sizes[S_WIDTH], plan.measures[measure]
    header = header_of(plan, payment.row, rule[M_CITE_RING])
    since = payment.now - rule[M_CITE_WINDOW]
    for entry in range(words[header], words[header] + words[header + 2] * width, width):
        if words[entry + ENTRY_HANDLE] == payment.handle:
            continue
        if words[entry + ENTRY_POINTS] >= rule[M_CITE_POINTS] and counts(arena, plan, measure, entry, since, payment):
            _cite(found, payment.index, measure, words[entry + ENTRY_HANDLE])
    _cite(found, payment.index, measure, payment.handle)


@kernel
def cite_chain(plan: Plan, found: Found, measure: int, payment: Payment) -> None:
    """Names the payments of the chain that ends in the current one."""
    rule = plan.measures[measure]
    length = min(CHAIN_CAP, found.hops[payment.index, rule[M_TAG]])
    for link in range(length - 1):
        word = found.chains[payment.index, rule[M_TAG], link]
        if word & 255 >= rule[M_CITE_POINTS]:
            _cite(found, payment.index, measure, word >> 8)
    _cite(found, payment.index, measure, payment.handle)


@kernel
def cite(arena: Arena, plan: Plan, found: Found, measure: int, payment: Payment) -> None:
    """Names what supports a finding; a rule without memory names nothing, its payment stands for itself."""
    if plan.measures[measure, M_KIND] == HOPS:
        cite_chain(plan, found, measure, payment)
    elif plan.measures[measure, M_CITE_RING] >= 0:
        cite_window(arena, plan, found, measure, payment)
