"""Words of the arena: every write is journalled, blocks are taken and given back."""
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

import numpy as np

from detector.windows.kernel import kernel
from detector.windows.layout import BUMP, FREE_BLOCKS, FREE_ROW, Arena

WORD, ACCOUNT_ADDED, ACCOUNT_REMOVED, LINK_ADDED, ID_ADDED, LINKS_TURNED, IDS_TURNED = range(7)
"""Kinds of journal entries."""

JOURNAL_COUNT, JOURNAL_ON = 0, 1
JOURNAL_HEAD = 2
JOURNAL_ENTRY = 3


@kernel
def note(arena: Arena, kind: int, what: int, before: int) -> None:
    """Writes one entry to the journal, if one is kept."""
    journal = arena.journal
    if journal[JOURNAL_ON]:
        at = JOURNAL_HEAD + journal[JOURNAL_COUNT] * JOURNAL_ENTRY
        journal[at] = kind
        journal[at + 1] = what
        journal[at + 2] = before
        journal[JOURNAL_COUNT] += 1


@kernel
def put(arena: Arena, address: int, value: int) -> None:
    """Writes a word."""
    note(arena, WORD, address, arena.words[address])
    arena.words[address] = value


@kernel
def put_float(arena: Arena, address: int, value: float) -> None:
    """Writes a word that is read as a float."""
    note(arena, WORD, address, arena.words[address])
    arena.words.view(np.float64)[address] = value


@kernel
def take(arena: Arena, free_list: int, size: int) -> int:
    """Address of `size` words, from the free list or from the end; what they hold is anything."""
    address = arena.words[free_list]
    if address != 0:
        put(arena, free_list, arena.words[address])
    else:
        address = arena.words[BUMP]
        put(arena, BUMP, address + size)
    return address


@kernel
def give_back(arena: Arena, free_list: int, address: int) -> None:
    """Puts words onto the free list of their size."""
    put(arena, address, arena.words[free_list])
    put(arena, free_list, address)


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
    for word in range(size):
        put(arena, address + word, 0)
    return address
