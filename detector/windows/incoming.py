"""What the payer stage remembers of payments that came in to an account."""

from detector.windows.accounts import row_of
from detector.windows.arena import LINK_ADDED, put
from detector.windows.entries import enters, write_entry
from detector.windows.kernel import kernel
from detector.windows.layout import (
    CHAIN_CAP,
    FLAG_DUPLICATE,
    FLAG_LATE,
    FLAG_NEW,
    HOP_WORDS,
    INCOMING,
    LINKS,
    ROW_ACTIVE,
    S_HOPS,
    SEQUENCE,
    Columns,
    Found,
    Payment,
    Plan,
    Side,
)
from detector.windows.room import lacking
from detector.windows.tables import seen_before


@kernel
def extend_chain(side: Side, plan: Plan, row: int, found: Found, index: int, time: int) -> None:
    """Hands the chain of a payment over a new link on to the payee, unless a longer one that is alive ends there."""
    arena = side.arena
    for hop in range(plan.hops.shape[0]):
        at = row + plan.sizes[S_HOPS] + hop * HOP_WORDS
        length = found.hops[index, hop]
        alive = arena.words[at + 1] > 0 and time - arena.words[at] <= plan.hops[hop]
        if length > 0 and (not alive or length >= arena.words[at + 1]):
            put(arena, at, time)
            put(arena, at + 1, length)
            for link in range(min(CHAIN_CAP, length)):
                put(arena, at + 2 + link, found.chains[index, hop, link])


@kernel
def receive(side: Side, plan: Plan, cols: Columns, found: Found, index: int, handle: int) -> None:
    """Writes one payment into the incoming memory of its target."""
    arena, new = side.arena, found.flags[index] & FLAG_NEW != 0
    time = cols.times[index]
    row = row_of(side, plan, cols.targets[index])
    payment = Payment(
        time, cols.amounts[index], cols.currencies[index], cols.sources[index],
        row, cols.targets[index], cols.ids[index], handle, index,
    )  # fmt: skip
    for ring in range(plan.rings.shape[0]):
        if enters(plan, ring, INCOMING, new, cols.admitted[index]):
            write_entry(arena, plan, ring, time, 0, payment)
    if new:
        extend_chain(side, plan, row, found, index, time)
    put(arena, row + ROW_ACTIVE, max(arena.words[row + ROW_ACTIVE], time))


@kernel
def receive_rows(start: int, side: Side, plan: Plan, cols: Columns, found: Found) -> tuple[int, int]:
    """Folds payments from other partitions into the incoming memory; where it stopped, and why."""
    arena = side.arena
    for index in range(start, cols.times.shape[0]):
        status = lacking(side, plan, found)
        if status:
            return index, status
        put(arena, SEQUENCE, arena.words[SEQUENCE] + 1)
        if cols.local[index] or found.flags[index] & (FLAG_DUPLICATE | FLAG_LATE):
            continue
        seen_before(arena, side.links, side.old_links, cols.pairs[index], LINK_ADDED, LINKS)
        receive(side, plan, cols, found, index, arena.words[SEQUENCE] - 1)
    return cols.times.shape[0], 0
