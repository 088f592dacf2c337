"""All measures of a stage on one payment: value, band, points, episode, citation."""

from detector.windows.arena import put
from detector.windows.bag import header_of
from detector.windows.hits import band_of, cite, episode_of
from detector.windows.kernel import kernel
from detector.windows.layout import (
    COMMON_FUNDER,
    COMMON_PAYEE,
    COUNT,
    DEVIATION,
    DISTINCT,
    ENTRY_HANDLE,
    ENTRY_POINTS,
    FRESH,
    GAP,
    HOPS,
    LINK,
    M_KIND,
    M_NEW,
    M_RATE,
    M_RING,
    M_TAG,
    M_WHERE,
    MULTIPLE,
    NEVER,
    RATIO,
    ROW_ACTIVE,
    S_WIDTH,
    SUM,
    VALUE,
    Arena,
    Found,
    Payment,
    Plan,
)
from detector.windows.measures import against_rate, fresh_payers, gathered, on_floats, shared
from detector.windows.rates import count_event, tick


@kernel
def learn(arena: Arena, plan: Plan, payment: Payment, joined: bool, new: bool, admitted: int) -> None:
    """Moves the populations on; own rates learn only after they were asked, see `measure_all`."""
    for rate in range(plan.rates.shape[0]):
        rule = plan.rate_rules[rate]
        event = (admitted >> rule[0]) & 1 == 1 and (new or not rule[1])
        tick(arena, plan, rate, payment.now, 1 if joined else 0, 1 if event else 0)


@kernel
def _whole(arena: Arena, plan: Plan, found: Found, measure: int, payment: Payment, new: bool) -> int:
    """A measure whose value is a whole number."""
    rule = plan.measures[measure]
    kind = rule[M_KIND]
    if kind in (COUNT, SUM, DISTINCT):
        return gathered(arena, plan, measure, rule[M_RING], kind, payment)
    if kind == VALUE:
        return payment.amount
    if kind == LINK:
        return 1 if new else 0
    if kind == HOPS:
        return found.hops[payment.index, rule[M_TAG]] if new else 0
    if kind == FRESH:
        return fresh_payers(arena, plan, measure, payment)
    if kind in (COMMON_FUNDER, COMMON_PAYEE):
        return shared(arena, plan, measure, payment)
    active = arena.words[payment.row + ROW_ACTIVE]
    return 0 if kind != GAP or active == NEVER else max(0, payment.now - active)


@kernel
def _take(arena: Arena, plan: Plan, found: Found, measure: int, payment: Payment, new: bool) -> int:
    """Writes the value of a measure; its band."""
    rule, index = plan.measures[measure], payment.index
    if rule[M_KIND] in (RATIO, DEVIATION, MULTIPLE):
        real = on_floats(arena, plan, measure, payment)
        found.float_values[index, measure] = real
        return band_of(plan, measure, 0, real)
    whole = _whole(arena, plan, found, measure, payment, new)
    found.values[index, measure] = whole
    if rule[M_RATE] >= 0:
        real = against_rate(arena, plan, measure, whole, payment)
        found.float_values[index, measure] = real
        return band_of(plan, measure, 0, real)
    return band_of(plan, measure, whole, 0.0)


@kernel
def measure_all(arena: Arena, plan: Plan, found: Found, payment: Payment, new: bool, admitted: int) -> None:
    """Takes every measure that the payment may fire, adds up points, then lets the own rates learn."""
    index = payment.index
    for measure in range(plan.measures.shape[0]):
        rule = plan.measures[measure]
        if (admitted >> rule[M_WHERE]) & 1 == 0 or (rule[M_NEW] and not new):
            continue
        band = _take(arena, plan, found, measure, payment, new)
        found.bands[index, measure] = band
        if band:
            found.points[index] += plan.points[measure, band - 1]
            found.episodes[index, measure] = episode_of(arena, plan, measure, payment)
            cite(arena, plan, found, measure, payment)
    for rate in range(plan.rates.shape[0]):
        rule = plan.rate_rules[rate]
        if (admitted >> rule[0]) & 1 == 1 and (new or not rule[1]):
            count_event(arena, plan, payment.row, rate, payment.now)


@kernel
def remember_points(arena: Arena, plan: Plan, payment: Payment, role: int, points: int) -> None:
    """Writes the points into the entries the payment was given."""
    if points == 0:
        return
    for ring in range(plan.rings.shape[0]):
        header = header_of(plan, payment.row, ring)
        start = arena.words[header]
        for entry in range(start, start + arena.words[header + 2] * plan.sizes[S_WIDTH], plan.sizes[S_WIDTH]):
            if arena.words[entry + ENTRY_HANDLE] == payment.handle:
                put(arena, entry + ENTRY_POINTS, points)
