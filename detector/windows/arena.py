"""Words of the arena: what a rollback needs is journalled, blocks are taken and given back."""
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

import numpy as np

from detector.windows.kernel import kernel
from detector.windows.layout import BUMP, FREE_BLOCKS, FREE_LISTS, FREE_ROW, TAILS, WAITING, Arena

WORD, ACCOUNT_ADDED, ACCOUNT_REMOVED, LINK_ADDED, ID_ADDED, LINKS_TURNED, IDS_TURNED = range(7)
"""Kinds of journal entries."""

JOURNAL_COUNT, JOURNAL_ON = 0, 1
JOURNAL_HEAD = 2
JOURNAL_ENTRY = 2
"""Words of an entry: the kind above an address, and a value or a key."""
KIND_SHIFT = 56


@kernel
def note(arena: Arena, kind: int, address: int, value: int) -> None:
    """Writes one entry to the journal, if one is kept: what a word held, or a key."""
    journal = arena.journal
    if journal[JOURNAL_ON]:
        at = JOURNAL_HEAD + journal[JOURNAL_COUNT] * JOURNAL_ENTRY
        journal[at] = kind << KIND_SHIFT | address
        journal[at + 1] = value
        journal[JOURNAL_COUNT] += 1


@kernel
def put(arena: Arena, address: int, value: int) -> None:
    """Writes a word of a row or block."""
    note(arena, WORD, address, arena.words[address])
    arena.words[address] = value


@kernel
def put_float(arena: Arena, address: int, value: float) -> None:
    """Writes a word that is read as a float."""
    note(arena, WORD, address, arena.words[address])
    arena.words.view(np.float64)[address] = value


@kernel
def put_entry(arena: Arena, address: int, value: int, live: bool) -> None:
    """Writes a word of a bag's entry; what a place behind the last entry holds nobody wants back."""
    if live:
        note(arena, WORD, address, arena.words[address])
    arena.words[address] = value


@kernel
def take(arena: Arena, free_list: int, size: int) -> int:
    """Address of `size` words, from the free list or from the end; what they hold is anything.

    Nobody wants back what they hold, so they may be filled without a journal; a free block's link is in it already.
    """
    words = arena.words
    address = words[free_list]
    if address != 0:
        note(arena, WORD, address, words[address])
        words[free_list] = words[address]
    else:
        address = words[BUMP]
        words[BUMP] = address + size
    return address


@kernel
def give_back(arena: Arena, free_list: int, address: int) -> None:
    """Puts words onto the free list of their size.

    Within a transaction they wait for its commit: a rollback wants what they hold, and who takes them fills them.
    """
    words = arena.words
    if arena.journal[JOURNAL_ON]:
        if words[free_list + WAITING] == 0:
            words[free_list + TAILS] = address
        free_list += WAITING
    put(arena, address, words[free_list])
    words[free_list] = address


@kernel
def release(arena: Arena) -> None:
    """Puts what was given back in a transaction onto the free lists."""
    words = arena.words
    for free_list in range(FREE_ROW, FREE_ROW + FREE_LISTS):
        if words[free_list + WAITING] != 0:
            words[words[free_list + TAILS]] = words[free_list]
            words[free_list] = words[free_list + WAITING]
            words[free_list + WAITING] = 0


@kernel
def size_class(capacity: int) -> int:
    """Free list of blocks of `capacity` entries: 2, 4, 8 ..."""
    free_list = FREE_BLOCKS
    while capacity > 2:
        capacity >>= 1
        free_list += 1
    return free_list


@kernel
def take_row(arena: Arena, size: int) -> int:
    """Address of a row of zeros."""
    address = take(arena, FREE_ROW, size)
    for word in range(address, address + size):
        arena.words[word] = 0
    return address
