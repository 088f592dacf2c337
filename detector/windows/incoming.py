"""What the payer stage remembers of payments that came in to an account."""
# ruff: noqa: PLR0917 - kernels take tables one by one; objects that hold them do not compile
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

from detector.windows.accounts import row_of
from detector.windows.arena import LINK_ADDED, put
from detector.windows.entries import enters, write_entry
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
    F_FLAGS,
    F_HOPS,
    FLAG_DUPLICATE,
    FLAG_LATE,
    FLAG_NEW,
    HOP_WORDS,
    I64,
    INCOMING,
    LINKS,
    N_HOPS,
    N_RINGS,
    ROW_ACTIVE,
    S_HOPS,
    SEQUENCE,
    Found,
    Payment,
    Side,
)
from detector.windows.room import lacking
from detector.windows.tables import seen_before
from detector.windows.values import chain_at


@kernel
def extend_chain(side: Side, plan: I64, row: int, found: Found, index: int, time: int) -> None:
    """Hands the chain of a payment over a new link on to the payee, unless a longer one that is alive ends there."""
    arena = side.arena
    for hop in range(plan[N_HOPS]):
        at = row + plan[S_HOPS] + hop * HOP_WORDS
        length = found.rows[index, F_HOPS + hop]
        alive = arena.words[at + 1] > 0 and time - arena.words[at] <= plan[plan[AT_HOPS] + hop]
        if length > 0 and (not alive or length >= arena.words[at + 1]):
            put(arena, at, time)
            put(arena, at + 1, length)
            for link in range(min(CHAIN_CAP, length)):
                put(arena, at + 2 + link, found.rows[index, chain_at(hop) + link])


@kernel
def receive(side: Side, plan: I64, cols: I64, found: Found, index: int, handle: int) -> None:
    """Writes one payment into the incoming memory of its target."""
    arena, new = side.arena, found.rows[index, F_FLAGS] & FLAG_NEW != 0
    time = cols[index, C_TIMES]
    row = row_of(side, plan, cols[index, C_TARGETS])
    payment = Payment(
        time, time, cols[index, C_AMOUNTS], cols[index, C_CURRENCIES], cols[index, C_SOURCES],
        row, cols[index, C_TARGETS], cols[index, C_IDS], handle, index,
    )  # fmt: skip
    for ring in range(plan[N_RINGS]):
        if enters(plan, ring, INCOMING, new, cols[index, C_ADMITTED]):
            write_entry(arena, plan, ring, time, 0, payment)
    if new:
        extend_chain(side, plan, row, found, index, time)
    put(arena, row + ROW_ACTIVE, max(arena.words[row + ROW_ACTIVE], time))


@kernel
def receive_rows(start: int, side: Side, plan: I64, cols: I64, found: Found) -> tuple[int, int]:
    """Folds payments from other partitions into the incoming memory; where it stopped, and why."""
    arena = side.arena
    for index in range(start, cols.shape[0]):
        status = lacking(side, plan, found)
        if status:
            return index, status
        arena.words[SEQUENCE] += 1
        if cols[index, C_LOCAL] or found.rows[index, F_FLAGS] & (FLAG_DUPLICATE | FLAG_LATE):
            continue
        seen_before(arena, side.links, side.old_links, cols[index, C_PAIRS], LINK_ADDED, LINKS)
        receive(side, plan, cols, found, index, arena.words[SEQUENCE] - 1)
    return cols.shape[0], 0
