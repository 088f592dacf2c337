"""Bands, episodes and cited payments of a measured value."""
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

import numpy as np

from detector.windows.arena import put
from detector.windows.bag import header_of
from detector.windows.kernel import kernel
from detector.windows.layout import (
    AT_BANDS,
    AT_FLOAT_BANDS,
    AT_MEASURES,
    CHAIN_CAP,
    ENTRY_HANDLE,
    ENTRY_POINTS,
    EPISODE_WORDS,
    F_HOPS,
    HOPS,
    I64,
    M_BANDS,
    M_CITE_POINTS,
    M_CITE_RING,
    M_CITE_WINDOW,
    M_EPISODE,
    M_FLOAT,
    M_KIND,
    M_PAIR,
    M_RULE_HASH,
    M_TAG,
    M_WINDOW,
    MEASURE_COLUMNS,
    MOST_BANDS,
    N_CITED,
    PAIR_EPISODES,
    PAIR_MARK,
    S_EPISODES,
    S_WIDTH,
    V_TOTAL,
    Arena,
    Found,
    Payment,
)
from detector.windows.measures import counts
from detector.windows.values import chain_at, value_at


@kernel
def band_of(plan: I64, measure: int, value: int, real: float) -> int:
    """The band a value falls into; 0 is the silent one. Bands are half-open."""
    band = 0
    for upper in range(plan[plan[AT_MEASURES] + measure * MEASURE_COLUMNS + M_BANDS]):
        if plan[plan[AT_MEASURES] + measure * MEASURE_COLUMNS + M_FLOAT]:
            reached = real >= plan.view(np.float64)[plan[AT_FLOAT_BANDS] + measure * plan[MOST_BANDS] + upper]
        else:
            reached = value >= plan[plan[AT_BANDS] + measure * plan[MOST_BANDS] + upper]
        if reached:
            band = upper + 1
    return band


@kernel
def episode_of(arena: Arena, plan: I64, measure: int, payment: Payment) -> int:
    """The open episode of a rule on an account or a pair; this payment opens one when the window has cleared."""
    rule = plan[AT_MEASURES] + measure * MEASURE_COLUMNS
    if plan[rule + M_EPISODE] < 0:
        return 0
    place, opened = plan[rule + M_EPISODE], (plan[rule + M_RULE_HASH] ^ payment.key ^ payment.id) | 1
    if plan[rule + M_PAIR]:
        place += payment.other & (PAIR_EPISODES - 1)
        opened = (opened & ~PAIR_MARK) | (payment.other >> 16 & PAIR_MARK)
    at = payment.row + plan[S_EPISODES] + place * EPISODE_WORDS
    other_pair = plan[rule + M_PAIR] and (arena.words[at] ^ opened) & PAIR_MARK != 0
    if arena.words[at] == 0 or other_pair or payment.now - arena.words[at + 1] >= plan[rule + M_WINDOW]:
        put(arena, at, opened)
    put(arena, at + 1, payment.now)
    return arena.words[at]


@kernel
def _cite(plan: I64, found: Found, index: int, measure: int, handle: int) -> None:
    at = found.counts[N_CITED]
    found.cited[at, 0] = index
    found.cited[at, 1] = measure
    found.cited[at, 2] = handle
    found.counts[N_CITED] = at + 1
    found.rows[index, value_at(plan, measure) + V_TOTAL] += 1


@kernel
def cite_window(arena: Arena, plan: I64, found: Found, measure: int, payment: Payment) -> None:
    """Names the payments of the burst: those in the window with points enough of their own, and the current one."""
    words, width, rule = arena.words, plan[S_WIDTH], plan[AT_MEASURES] + measure * MEASURE_COLUMNS
    header = header_of(plan, payment.row, plan[rule + M_CITE_RING])
    since = payment.now - plan[rule + M_CITE_WINDOW]
    for entry in range(words[header], words[header] + words[header + 2] * width, width):
        if words[entry + ENTRY_HANDLE] == payment.handle:
            continue
        if words[entry + ENTRY_POINTS] >= plan[rule + M_CITE_POINTS] and counts(
            arena, plan, measure, entry, since, payment
        ):
            _cite(plan, found, payment.position, measure, words[entry + ENTRY_HANDLE])
    _cite(plan, found, payment.position, measure, payment.handle)


@kernel
def cite_chain(plan: I64, found: Found, measure: int, payment: Payment) -> None:
    """Names the payments of the chain that ends in the current one."""
    rule = plan[AT_MEASURES] + measure * MEASURE_COLUMNS
    length = min(CHAIN_CAP, found.rows[payment.position, F_HOPS + plan[rule + M_TAG]])
    for link in range(length - 1):
        word = found.rows[payment.position, chain_at(plan[rule + M_TAG]) + link]
        if word & 255 >= plan[rule + M_CITE_POINTS]:
            _cite(plan, found, payment.position, measure, word >> 8)
    _cite(plan, found, payment.position, measure, payment.handle)


@kernel
def cite(arena: Arena, plan: I64, found: Found, measure: int, payment: Payment) -> None:
    """Names what supports a finding; a rule without memory names nothing, its payment stands for itself."""
    if plan[plan[AT_MEASURES] + measure * MEASURE_COLUMNS + M_KIND] == HOPS:
        cite_chain(plan, found, measure, payment)
    elif plan[plan[AT_MEASURES] + measure * MEASURE_COLUMNS + M_CITE_RING] >= 0:
        cite_window(arena, plan, found, measure, payment)
