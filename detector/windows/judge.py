"""All measures of a stage on one payment: value, band, points, episode, citation."""
# ruff: noqa: PLR0911, PLR0917 - kernels take tables one by one; objects that hold them do not compile
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

import numpy as np

from detector.windows.arena import put
from detector.windows.bag import header_of
from detector.windows.hits import band_of, cite, episode_of
from detector.windows.kernel import kernel
from detector.windows.layout import (
    AT_MEASURES,
    AT_POINTS,
    AT_RATES,
    COMMON_FUNDER,
    COMMON_PAYEE,
    COUNT,
    DEVIATION,
    DISTINCT,
    ENTRY_HANDLE,
    ENTRY_POINTS,
    F_HOPS,
    F_POINTS,
    FRESH,
    GAP,
    HOPS,
    I64,
    LINK,
    M_GRACE,
    M_KIND,
    M_NEW,
    M_RATE,
    M_RING,
    M_TAG,
    M_WHERE,
    M_WINDOW,
    MEASURE_COLUMNS,
    MOST_BANDS,
    MULTIPLE,
    N_MEASURES,
    N_RATES,
    N_RINGS,
    NEVER,
    RATE_COLUMNS,
    RATE_PARAMETERS,
    RATIO,
    ROW_ACTIVE,
    S_WIDTH,
    SUM,
    V_BAND,
    V_EPISODE,
    V_FLOAT,
    V_VALUE,
    VALUE,
    Arena,
    Found,
    Payment,
)
from detector.windows.measures import against_rate, fresh_payers, gathered, on_floats, shared
from detector.windows.rates import count_event, tick
from detector.windows.values import value_at


@kernel
def learn(arena: Arena, plan: I64, payment: Payment, joined: bool, new: bool, admitted: int) -> None:
    """Moves the populations on; own rates learn only after they were asked, see `measure_all`."""
    for rate in range(plan[N_RATES]):
        rule = plan[AT_RATES] + rate * RATE_COLUMNS + RATE_PARAMETERS
        event = (admitted >> plan[rule]) & 1 == 1 and (new or not plan[rule + 1])
        tick(arena, plan, rate, payment.now, 1 if joined else 0, 1 if event else 0)


@kernel
def _whole(arena: Arena, plan: I64, found: Found, measure: int, payment: Payment, new: bool) -> int:
    """A measure whose value is a whole number."""
    rule = plan[AT_MEASURES] + measure * MEASURE_COLUMNS
    kind = plan[rule + M_KIND]
    if kind in (COUNT, SUM, DISTINCT):
        return gathered(arena, plan, measure, plan[rule + M_RING], kind, payment)
    if kind == VALUE:
        return payment.amount
    if kind == LINK:
        return 1 if new else 0
    if kind == HOPS:
        return found.rows[payment.position, F_HOPS + plan[rule + M_TAG]] if new else 0
    if kind == FRESH:
        return fresh_payers(arena, plan, measure, payment)
    if kind in (COMMON_FUNDER, COMMON_PAYEE):
        return shared(arena, plan, measure, payment)
    active = arena.words[payment.row + ROW_ACTIVE]
    return 0 if kind != GAP or active == NEVER else max(0, payment.now - active)


@kernel
def _take(arena: Arena, plan: I64, found: Found, measure: int, payment: Payment, new: bool) -> int:
    """Writes the value of a measure; its band."""
    rule, index = plan[AT_MEASURES] + measure * MEASURE_COLUMNS, payment.position
    if plan[rule + M_KIND] in (RATIO, DEVIATION, MULTIPLE):
        real = on_floats(arena, plan, measure, payment)
        found.rows.view(np.float64)[index, value_at(plan, measure) + V_FLOAT] = real
        return band_of(plan, measure, 0, real)
    whole = _whole(arena, plan, found, measure, payment, new)
    found.rows[index, value_at(plan, measure) + V_VALUE] = whole
    if plan[rule + M_RATE] >= 0:
        real = against_rate(arena, plan, measure, whole, payment)
        found.rows.view(np.float64)[index, value_at(plan, measure) + V_FLOAT] = real
        return band_of(plan, measure, 0, real)
    return band_of(plan, measure, whole, 0.0)


@kernel
def too_late(plan: I64, rule: int, payment: Payment) -> bool:
    """Whether a payment comes later than a rule waits, or lies outside of the window that ends now."""
    late = payment.now - payment.time
    return late > 0 and (late > plan[rule + M_GRACE] or 0 < plan[rule + M_WINDOW] <= late)


@kernel
def measure_all(arena: Arena, plan: I64, found: Found, payment: Payment, new: bool, admitted: int) -> None:
    """Takes every measure that the payment may fire, adds up points, then lets the own rates learn."""
    index = payment.position
    for measure in range(plan[N_MEASURES]):
        rule = plan[AT_MEASURES] + measure * MEASURE_COLUMNS
        if (admitted >> plan[rule + M_WHERE]) & 1 == 0 or (plan[rule + M_NEW] and not new):
            continue
        if too_late(plan, rule, payment):
            continue
        band = _take(arena, plan, found, measure, payment, new)
        found.rows[index, value_at(plan, measure) + V_BAND] = band
        if band:
            found.rows[index, F_POINTS] += plan[plan[AT_POINTS] + measure * plan[MOST_BANDS] + band - 1]
            found.rows[index, value_at(plan, measure) + V_EPISODE] = episode_of(arena, plan, measure, payment)
            cite(arena, plan, found, measure, payment)
    for rate in range(plan[N_RATES]):
        rule = plan[AT_RATES] + rate * RATE_COLUMNS + RATE_PARAMETERS
        if (admitted >> plan[rule]) & 1 == 1 and (new or not plan[rule + 1]):
            count_event(arena, plan, payment.row, rate, payment.now)


@kernel
def remember_points(arena: Arena, plan: I64, payment: Payment, points: int) -> None:
    """Writes the points into the entries the payment was given."""
    if points == 0:
        return
    for ring in range(plan[N_RINGS]):
        header = header_of(plan, payment.row, ring)
        start = arena.words[header]
        for entry in range(start, start + arena.words[header + 2] * plan[S_WIDTH], plan[S_WIDTH]):
            if arena.words[entry + ENTRY_HANDLE] == payment.handle:
                put(arena, entry + ENTRY_POINTS, points)
