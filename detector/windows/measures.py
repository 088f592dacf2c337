"""Measured values over the bags of one account."""
# ruff: noqa: PLR0917 - kernels take tables one by one; objects that hold them do not compile
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

import math

import numpy as np

from detector.windows.bag import header_of
from detector.windows.kernel import kernel
from detector.windows.layout import (
    AT_MEASURES,
    AT_RINGS,
    COMMON_PAYEE,
    COUNT,
    ENTRY_AMOUNT,
    ENTRY_FIXED,
    ENTRY_MARKS,
    ENTRY_OTHER,
    ENTRY_TIME,
    I64,
    M_CURRENCY,
    M_GRACE,
    M_HISTORY,
    M_KIND,
    M_MINIMUM,
    M_PAIR,
    M_RATE,
    M_RING,
    M_RING_IN,
    M_TAG,
    M_TOLERANCE,
    M_WINDOW,
    MASK_BITS,
    MEASURE_COLUMNS,
    MULTIPLE,
    RATIO,
    RING_COLUMNS,
    RING_UNIQUE,
    S_FUNDERS,
    S_PAYEES,
    S_PROFILE,
    S_WIDTH,
    SUM,
    Arena,
    Payment,
)
from detector.windows.rates import DAY, unusual

MARKS_SHIFT = 8
"""Marks of an entry: currency code, then one bit per reach of `fresh`."""

MOST_SUM = 1 << 62
"""Where sums end: an amount has 18 digits, and a dozen of those do not fit 64 bits."""


@kernel
def counts(arena: Arena, plan: I64, measure: int, entry: int, since: int, payment: Payment) -> bool:
    """Whether an entry lies in the window and resembles the current payment as the rule asks."""
    words, rule = arena.words, plan[AT_MEASURES] + measure * MEASURE_COLUMNS
    if words[entry + ENTRY_TIME] <= since or words[entry + ENTRY_TIME] > payment.now + plan[rule + M_GRACE]:
        return False
    if plan[rule + M_PAIR] and words[entry + ENTRY_OTHER] != payment.other:
        return False
    if plan[rule + M_CURRENCY] and words[entry + ENTRY_MARKS] >> MARKS_SHIFT != payment.currency:
        return False
    tolerance = plan[rule + M_TOLERANCE]
    if tolerance >= 0:
        amount = payment.amount
        # split, because amount times parts per million does not fit 64 bits
        reach = amount // 1_000_000 * tolerance + amount % 1_000_000 * tolerance // 1_000_000
        return abs(words[entry + ENTRY_AMOUNT] - amount) <= reach
    return True


@kernel
def _other_before(arena: Arena, plan: I64, measure: int, block: int, entry: int, since: int, payment: Payment) -> bool:
    other = arena.words[entry + ENTRY_OTHER]
    for earlier in range(block, entry, plan[S_WIDTH]):
        if arena.words[earlier + ENTRY_OTHER] == other and counts(arena, plan, measure, earlier, since, payment):
            return True
    return False


@kernel
def gathered(arena: Arena, plan: I64, measure: int, ring: int, kind: int, payment: Payment) -> int:
    """Count, sum of amounts or number of other accounts over the entries that count."""
    words, width = arena.words, plan[S_WIDTH]
    header = header_of(plan, payment.row, ring)
    block = words[header]
    since = payment.now - plan[plan[AT_MEASURES] + measure * MEASURE_COLUMNS + M_WINDOW]
    each = kind == COUNT or plan[plan[AT_RINGS] + ring * RING_COLUMNS + RING_UNIQUE] != 0
    total = 0
    for entry in range(block, block + words[header + 2] * width, width):
        if counts(arena, plan, measure, entry, since, payment):
            if kind == SUM:
                total = min(total + words[entry + ENTRY_AMOUNT], MOST_SUM)
            elif each or not _other_before(arena, plan, measure, block, entry, since, payment):
                total += 1
    return total


@kernel
def against_rate(arena: Arena, plan: I64, measure: int, count: int, payment: Payment) -> float:
    """Surprise of a count against the account's usual rate; 0 where it is below the least that matters."""
    rule = plan[AT_MEASURES] + measure * MEASURE_COLUMNS
    if count < plan[rule + M_MINIMUM]:
        return 0.0
    return unusual(arena, plan, payment.row, plan[rule + M_RATE], payment.now, count, plan[rule + M_WINDOW] / DAY)


@kernel
def fresh_payers(arena: Arena, plan: I64, measure: int, payment: Payment) -> int:
    """How many entries of the window bear the mark of a freshly funded payer."""
    words, width, rule = arena.words, plan[S_WIDTH], plan[AT_MEASURES] + measure * MEASURE_COLUMNS
    header = header_of(plan, payment.row, plan[rule + M_RING])
    since, total = payment.now - plan[rule + M_WINDOW], 0
    for entry in range(words[header], words[header] + words[header + 2] * width, width):
        if counts(arena, plan, measure, entry, since, payment) and words[entry + ENTRY_MARKS] >> plan[rule + M_TAG] & 1:
            total += 1
    return total


@kernel
def _bears(arena: Arena, start: int, size: int, identity: int, bit: int) -> bool:
    for at in range(start, start + size):
        word = arena.words[at]
        if word >> MASK_BITS == identity and word >> bit & 1:
            return True
    return False


@kernel
def _sharing(arena: Arena, plan: I64, measure: int, entries: tuple[int, int], identity: int, payment: Payment) -> int:
    rule = plan[AT_MEASURES] + measure * MEASURE_COLUMNS
    payees = plan[rule + M_KIND] == COMMON_PAYEE
    tag = ENTRY_FIXED + (plan[S_FUNDERS] if payees else 0)
    size = plan[S_PAYEES] if payees else plan[S_FUNDERS]
    since, total = payment.now - plan[rule + M_WINDOW], 0
    for entry in range(entries[0], entries[1], plan[S_WIDTH]):
        if _bears(arena, entry + tag, size, identity, plan[rule + M_TAG]) and counts(
            arena, plan, measure, entry, since, payment
        ):
            total += 1
    return total


@kernel
def shared(arena: Arena, plan: I64, measure: int, payment: Payment) -> int:
    """The most entries of the window that name one account in their tags: a funder, or another payee."""
    words, width, rule = arena.words, plan[S_WIDTH], plan[AT_MEASURES] + measure * MEASURE_COLUMNS
    header = header_of(plan, payment.row, plan[rule + M_RING])
    end = words[header] + words[header + 2] * width
    payees = plan[rule + M_KIND] == COMMON_PAYEE
    tag = ENTRY_FIXED + (plan[S_FUNDERS] if payees else 0)
    size = plan[S_PAYEES] if payees else plan[S_FUNDERS]
    since, most = payment.now - plan[rule + M_WINDOW], 0
    for entry in range(words[header], end, width):
        if (end - entry) // width <= most:
            break
        if counts(arena, plan, measure, entry, since, payment):
            for at in range(entry + tag, entry + tag + size):
                if words[at] != 0 and words[at] >> plan[rule + M_TAG] & 1:
                    identity = words[at] >> MASK_BITS
                    most = max(most, _sharing(arena, plan, measure, (entry, end), identity, payment))
    return most


@kernel
def of_profile(arena: Arena, plan: I64, measure: int, payment: Payment) -> float:
    """Multiple of the mean, or standard deviations from it; -1 where the history does not suffice."""
    at, rule = payment.row + plan[S_PROFILE], plan[AT_MEASURES] + measure * MEASURE_COLUMNS
    count, mean, squares = arena.words[at], arena.words.view(np.float64)[at + 1], arena.words.view(np.float64)[at + 2]
    if count < plan[rule + M_HISTORY] or arena.words[at + 3] != payment.currency or mean <= 0.0:
        return -1.0
    if plan[rule + M_KIND] == MULTIPLE:
        return payment.amount / mean
    variance = squares / (count - 1)
    return (payment.amount - mean) / math.sqrt(variance) if variance > 0.0 else -1.0


@kernel
def passed_on(arena: Arena, plan: I64, measure: int, payment: Payment) -> float:
    """What left in the window divided by what came in; -1 where too little came in."""
    rule = plan[AT_MEASURES] + measure * MEASURE_COLUMNS
    came_in = gathered(arena, plan, measure, plan[rule + M_RING_IN], SUM, payment)
    if came_in < max(1, plan[rule + M_MINIMUM]):
        return -1.0
    return gathered(arena, plan, measure, plan[rule + M_RING], SUM, payment) / came_in


@kernel
def on_floats(arena: Arena, plan: I64, measure: int, payment: Payment) -> float:
    """A measure whose value is a float: ratio, multiple or deviation."""
    if plan[plan[AT_MEASURES] + measure * MEASURE_COLUMNS + M_KIND] == RATIO:
        return passed_on(arena, plan, measure, payment)
    return of_profile(arena, plan, measure, payment)
