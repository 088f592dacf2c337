"""The payer stage: rules keyed by source over a batch in log order."""

from detector.windows.accounts import row_of
from detector.windows.arena import ID_ADDED, LINK_ADDED, put
from detector.windows.entries import enters, write_entry
from detector.windows.incoming import receive
from detector.windows.judge import learn, measure_all, remember_points
from detector.windows.kernel import kernel
from detector.windows.layout import (
    CHAIN_CAP,
    DUPLICATES,
    FLAG_DUPLICATE,
    FLAG_LATE,
    FLAG_LOCAL,
    FLAG_NEW,
    HOP_WORDS,
    IDS,
    LATE,
    LINKS,
    NEVER,
    OUT,
    ROW_ACTIVE,
    ROW_LATEST,
    S_GRACE,
    S_HOPS,
    SEQUENCE,
    Arena,
    Columns,
    Found,
    Payment,
    Plan,
    Side,
)
from detector.windows.profile import learn_amount
from detector.windows.room import lacking
from detector.windows.tables import seen_before
from detector.windows.tags import write_tags


@kernel
def _flags(side: Side, plan: Plan, cols: Columns, index: int, row: int) -> int:
    """Whether the payment is a duplicate, late, over a new link, and whether its payee lives in this partition."""
    arena, flags = side.arena, 0
    if seen_before(arena, side.ids, side.old_ids, cols.ids[index], ID_ADDED, IDS):
        flags |= FLAG_DUPLICATE
        put(arena, DUPLICATES, arena.words[DUPLICATES] + 1)
    if cols.times[index] < arena.words[row + ROW_LATEST] - plan.sizes[S_GRACE]:
        flags |= FLAG_LATE
        put(arena, LATE, arena.words[LATE] + 1)
    known = seen_before(arena, side.links, side.old_links, cols.pairs[index], LINK_ADDED, LINKS)
    if not known and cols.sources[index] != cols.targets[index]:
        flags |= FLAG_NEW
    if cols.local[index]:
        flags |= FLAG_LOCAL
    return flags


@kernel
def _begin_chain(arena: Arena, plan: Plan, found: Found, payment: Payment) -> None:
    """Takes up the chains that end at the payer; the payment makes them one longer."""
    for hop in range(plan.hops.shape[0]):
        at = payment.row + plan.sizes[S_HOPS] + hop * HOP_WORDS
        length = arena.words[at + 1]
        if payment.now - arena.words[at] > plan.hops[hop] or arena.words[at] > payment.now:
            length = 0
        kept = min(CHAIN_CAP - 1, length)
        drop = min(CHAIN_CAP, length) - kept
        for link in range(kept):
            found.chains[payment.index, hop, link] = arena.words[at + 2 + link + drop]
        found.chains[payment.index, hop, kept] = payment.handle << 8
        found.hops[payment.index, hop] = length + 1


@kernel
def _end_chain(plan: Plan, found: Found, payment: Payment) -> None:
    points = min(255, found.points[payment.index])
    for hop in range(plan.hops.shape[0]):
        last = min(CHAIN_CAP, found.hops[payment.index, hop]) - 1
        found.chains[payment.index, hop, last] = payment.handle << 8 | points


@kernel
def _fold(side: Side, plan: Plan, cols: Columns, found: Found, payment: Payment) -> None:
    """Judges a payment that is neither late nor a duplicate, and lets memory learn from it."""
    arena, index = side.arena, payment.index
    new, admitted = found.flags[index] & FLAG_NEW != 0, cols.admitted[index]
    joined = arena.words[payment.row + ROW_LATEST] == NEVER
    for ring in range(plan.rings.shape[0]):
        if enters(plan, ring, OUT, new, admitted):
            found.kept[index] = 1
            write_entry(arena, plan, ring, cols.times[index], 0, payment)
    if new:
        _begin_chain(arena, plan, found, payment)
    learn(arena, plan, payment, joined, new, admitted)
    measure_all(arena, plan, found, payment, new, admitted)
    remember_points(arena, plan, payment, OUT, found.points[index])
    learn_amount(arena, plan, payment.row, payment.amount, payment.currency)
    put(arena, payment.row + ROW_LATEST, payment.now)
    put(arena, payment.row + ROW_ACTIVE, max(arena.words[payment.row + ROW_ACTIVE], payment.now))


@kernel
def _screen(side: Side, plan: Plan, cols: Columns, found: Found, index: int) -> None:
    arena = side.arena
    handle = arena.words[SEQUENCE]
    row = row_of(side, plan, cols.sources[index])
    flags = _flags(side, plan, cols, index, row)
    found.flags[index] = flags
    now = max(cols.times[index], arena.words[row + ROW_LATEST])
    payment = Payment(
        now, cols.amounts[index], cols.currencies[index], cols.targets[index],
        row, cols.sources[index], cols.ids[index], handle, index,
    )  # fmt: skip
    if flags & (FLAG_DUPLICATE | FLAG_LATE):
        write_tags(arena, plan, found, payment)
    else:
        _fold(side, plan, cols, found, payment)
        write_tags(arena, plan, found, payment)
        if flags & FLAG_NEW:
            _end_chain(plan, found, payment)
            found.kept[index] = 1
        if flags & FLAG_LOCAL and cols.sources[index] != cols.targets[index]:
            receive(side, plan, cols, found, index, handle)
    put(arena, SEQUENCE, handle + 1)


@kernel
def screen_rows(start: int, side: Side, plan: Plan, cols: Columns, found: Found) -> tuple[int, int]:
    """Screens the payments from `start` on; where it stopped, and what it lacks there (0: nothing, all are done)."""
    for index in range(start, cols.times.shape[0]):
        status = lacking(side, plan, found)
        if status:
            return index, status
        _screen(side, plan, cols, found, index)
    return cols.times.shape[0], 0
