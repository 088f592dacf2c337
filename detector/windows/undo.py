"""Walking the journal back, evicting accounts, and marking payments that bags still hold."""
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

from detector.windows.arena import (
    ACCOUNT_ADDED,
    ACCOUNT_REMOVED,
    ID_ADDED,
    IDS_TURNED,
    JOURNAL_COUNT,
    JOURNAL_ENTRY,
    JOURNAL_HEAD,
    KIND_SHIFT,
    LINK_ADDED,
    LINKS_TURNED,
    WORD,
    give_back,
    note,
)
from detector.windows.bag import header_of, release_bags
from detector.windows.kernel import kernel
from detector.windows.layout import (
    ACCOUNTS,
    AT_RINGS,
    CHAIN_CAP,
    ENTRY_HANDLE,
    ENTRY_TIME,
    EVICTED,
    FREE_ROW,
    HOP_WORDS,
    I64,
    N_HOPS,
    N_RINGS,
    RING_COLUMNS,
    RING_KEEP,
    ROW_LATEST,
    S_HOPS,
    S_WIDTH,
    Side,
)
from detector.windows.tables import remove_key, slot_of

ADDRESS_BITS = (1 << KIND_SHIFT) - 1


@kernel
def _undo_account(side: Side, kind: int, key: int, row: int) -> None:
    slot = slot_of(side.keys, key)
    if kind == ACCOUNT_ADDED:
        remove_key(side.keys, side.rows, slot)
    else:
        side.keys[slot] = key
        side.rows[slot] = row


@kernel
def walk_back(side: Side) -> int:
    """Undoes journal entries, last first, down to the start (0) or to a turn of generations, whose kind it returns."""
    journal = side.arena.journal
    no_values = side.rows[:0]
    while journal[JOURNAL_COUNT] > 0:
        journal[JOURNAL_COUNT] -= 1
        at = JOURNAL_HEAD + journal[JOURNAL_COUNT] * JOURNAL_ENTRY
        kind, address, value = journal[at] >> KIND_SHIFT, journal[at] & ADDRESS_BITS, journal[at + 1]
        if kind == WORD:
            side.arena.words[address] = value
        elif kind in (ACCOUNT_ADDED, ACCOUNT_REMOVED):
            _undo_account(side, kind, value, address)
        elif kind == LINK_ADDED:
            remove_key(side.links, no_values, slot_of(side.links, value))
        elif kind == ID_ADDED:
            remove_key(side.ids, no_values, slot_of(side.ids, value))
        elif kind in (LINKS_TURNED, IDS_TURNED):
            return kind
    return 0


@kernel
def evict(side: Side, plan: I64, keys: I64) -> None:
    """Forgets accounts; their rows and blocks are taken again by others."""
    arena = side.arena
    for index in range(keys.shape[0]):
        slot = slot_of(side.keys, keys[index])
        row = side.rows[slot]
        note(arena, ACCOUNT_REMOVED, row, keys[index])
        release_bags(arena, plan, row)
        give_back(arena, FREE_ROW, row)
        remove_key(side.keys, side.rows, slot)
    arena.words[ACCOUNTS] -= keys.shape[0]
    arena.words[EVICTED] += keys.shape[0]


@kernel
def _mark(bits: I64, handle: int, first: int) -> None:
    bit = handle - first
    if 0 <= bit < bits.shape[0] * 63:
        bits[bit // 63] |= 1 << (bit % 63)


@kernel
def mark_named(side: Side, plan: I64, bits: I64, first: int) -> None:
    """Sets the bit of every payment that a bag or a chain may still name: 63 bits a word, from handle `first` on."""
    words, width = side.arena.words, plan[S_WIDTH]
    for slot in range(side.keys.shape[0]):
        if side.keys[slot] == 0:
            continue
        row = side.rows[slot]
        for ring in range(plan[N_RINGS]):
            header = header_of(plan, row, ring)
            since = words[row + ROW_LATEST] - plan[plan[AT_RINGS] + ring * RING_COLUMNS + RING_KEEP]
            for entry in range(words[header], words[header] + words[header + 2] * width, width):
                if words[entry + ENTRY_TIME] > since:
                    _mark(bits, words[entry + ENTRY_HANDLE], first)
        for hop in range(plan[N_HOPS]):
            at = row + plan[S_HOPS] + hop * HOP_WORDS
            for link in range(min(CHAIN_CAP, words[at + 1])):
                _mark(bits, words[at + 2 + link] >> 8, first)


@kernel
def marked(bits: I64, handles: I64, first: int, rows: I64) -> int:
    """Writes the positions of the handles whose bit is set; how many."""
    total = 0
    for position in range(handles.shape[0]):
        bit = handles[position] - first
        if bits[bit // 63] >> (bit % 63) & 1:
            rows[total] = position
            total += 1
    return total
