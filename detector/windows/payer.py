"""The payer stage: rules keyed by source over a batch in log order."""
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

from detector.windows.accounts import row_of
from detector.windows.arena import ID_ADDED, LINK_ADDED, put
from detector.windows.entries import enters, write_entry
from detector.windows.incoming import receive
from detector.windows.judge import learn, measure_all, remember_points
from detector.windows.kernel import kernel
from detector.windows.layout import (
    AT_HOPS,
    C_ADMITTED,
    C_AMOUNTS,
    C_CURRENCIES,
    C_IDS,
    C_LOCAL,
    C_PAIRS,
    C_SOURCES,
    C_TARGETS,
    C_TIMES,
    CHAIN_CAP,
    DUPLICATES,
    F_FLAGS,
    F_HOPS,
    F_KEPT,
    F_POINTS,
    FLAG_DUPLICATE,
    FLAG_LATE,
    FLAG_LOCAL,
    FLAG_NEW,
    HOP_WORDS,
    I64,
    IDS,
    LATE,
    LINKS,
    N_HOPS,
    N_RINGS,
    NEVER,
    OUT,
    ROW_ACTIVE,
    ROW_LATEST,
    S_GRACE,
    S_HOPS,
    SEQUENCE,
    Arena,
    Found,
    Payment,
    Side,
)
from detector.windows.profile import learn_amount
from detector.windows.room import lacking
from detector.windows.tables import seen_before
from detector.windows.tags import write_tags
from detector.windows.values import chain_at


@kernel
def _flags(side: Side, plan: I64, cols: I64, index: int, row: int) -> int:
    """Whether the payment is a duplicate, late, over a new link, and whether its payee lives in this partition."""
    arena, flags = side.arena, 0
    if seen_before(arena, side.ids, side.old_ids, cols[index, C_IDS], ID_ADDED, IDS):
        flags |= FLAG_DUPLICATE
        arena.words[DUPLICATES] += 1
    if cols[index, C_TIMES] < arena.words[row + ROW_LATEST] - plan[S_GRACE]:
        flags |= FLAG_LATE
        arena.words[LATE] += 1
    known = seen_before(arena, side.links, side.old_links, cols[index, C_PAIRS], LINK_ADDED, LINKS)
    if not known and cols[index, C_SOURCES] != cols[index, C_TARGETS]:
        flags |= FLAG_NEW
    if cols[index, C_LOCAL]:
        flags |= FLAG_LOCAL
    return flags


@kernel
def _begin_chain(arena: Arena, plan: I64, found: Found, payment: Payment) -> None:
    """Takes up the chains that end at the payer; the payment makes them one longer."""
    for hop in range(plan[N_HOPS]):
        at = payment.row + plan[S_HOPS] + hop * HOP_WORDS
        length = arena.words[at + 1]
        if payment.now - arena.words[at] > plan[plan[AT_HOPS] + hop] or arena.words[at] > payment.now:
            length = 0
        kept = min(CHAIN_CAP - 1, length)
        drop = min(CHAIN_CAP, length) - kept
        for link in range(kept):
            found.rows[payment.position, chain_at(hop) + link] = arena.words[at + 2 + link + drop]
        found.rows[payment.position, chain_at(hop) + kept] = payment.handle << 8
        found.rows[payment.position, F_HOPS + hop] = length + 1


@kernel
def _end_chain(plan: I64, found: Found, payment: Payment) -> None:
    points = min(255, found.rows[payment.position, F_POINTS])
    for hop in range(plan[N_HOPS]):
        last = min(CHAIN_CAP, found.rows[payment.position, F_HOPS + hop]) - 1
        found.rows[payment.position, chain_at(hop) + last] = payment.handle << 8 | points


@kernel
def _fold(side: Side, plan: I64, cols: I64, found: Found, payment: Payment) -> None:
    """Judges a payment that is neither late nor a duplicate, and lets memory learn from it."""
    arena, index = side.arena, payment.position
    new, admitted = found.rows[index, F_FLAGS] & FLAG_NEW != 0, cols[index, C_ADMITTED]
    joined = arena.words[payment.row + ROW_LATEST] == NEVER
    for ring in range(plan[N_RINGS]):
        if enters(plan, ring, OUT, new, admitted):
            found.rows[index, F_KEPT] = 1
            write_entry(arena, plan, ring, cols[index, C_TIMES], 0, payment)
    if new:
        _begin_chain(arena, plan, found, payment)
    learn(arena, plan, payment, joined, new, admitted)
    measure_all(arena, plan, found, payment, new, admitted)
    remember_points(arena, plan, payment, found.rows[index, F_POINTS])
    learn_amount(arena, plan, payment.row, payment.amount, payment.currency)
    put(arena, payment.row + ROW_LATEST, payment.now)
    put(arena, payment.row + ROW_ACTIVE, max(arena.words[payment.row + ROW_ACTIVE], payment.now))


@kernel
def _screen(side: Side, plan: I64, cols: I64, found: Found, index: int) -> None:
    arena = side.arena
    handle = arena.words[SEQUENCE]
    row = row_of(side, plan, cols[index, C_SOURCES])
    flags = _flags(side, plan, cols, index, row)
    found.rows[index, F_FLAGS] = flags
    now = max(cols[index, C_TIMES], arena.words[row + ROW_LATEST])
    payment = Payment(
        now, cols[index, C_TIMES], cols[index, C_AMOUNTS], cols[index, C_CURRENCIES], cols[index, C_TARGETS],
        row, cols[index, C_SOURCES], cols[index, C_IDS], handle, index,
    )  # fmt: skip
    if flags & (FLAG_DUPLICATE | FLAG_LATE):
        write_tags(arena, plan, found, payment)
    else:
        _fold(side, plan, cols, found, payment)
        write_tags(arena, plan, found, payment)
        if flags & FLAG_NEW:
            _end_chain(plan, found, payment)
            found.rows[index, F_KEPT] = 1
        if flags & FLAG_LOCAL and cols[index, C_SOURCES] != cols[index, C_TARGETS]:
            receive(side, plan, cols, found, index, handle)
    arena.words[SEQUENCE] = handle + 1


@kernel
def screen_rows(start: int, side: Side, plan: I64, cols: I64, found: Found) -> tuple[int, int]:
    """Screens the payments from `start` on; where it stopped, and what it lacks there (0: nothing, all are done)."""
    for index in range(start, cols.shape[0]):
        status = lacking(side, plan, found)
        if status:
            return index, status
        _screen(side, plan, cols, found, index)
    return cols.shape[0], 0
