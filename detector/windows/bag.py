"""Bags: per account and ring at most K payments, the most recent ones by event time.

A bag holds what a window needs and no more::

         expired            window                now
    ------x----x------[--o-----o--------o----o-----]
                      now - W (excluded)           current payment (included)

Memory follows need: a block of 2 entries doubles while all its entries are alive, up to the cap K of the ring, which
the highest band of its rules decides. Full of living entries, the one with the least event time gives way.
"""
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

from detector.windows.arena import give_back, put, size_class, take
from detector.windows.kernel import kernel
from detector.windows.layout import (
    AT_RINGS,
    ENTRY_OTHER,
    ENTRY_TIME,
    I64,
    N_RINGS,
    RING_CAP,
    RING_COLUMNS,
    RING_KEEP,
    RING_UNIQUE,
    RING_WORDS,
    S_RINGS,
    S_WIDTH,
    Arena,
    Payment,
)


@kernel
def header_of(plan: I64, row: int, ring: int) -> int:
    """Address of the header of `ring` in `row`."""
    return row + plan[S_RINGS] + ring * RING_WORDS


@kernel
def _grown(arena: Arena, header: int, width: int) -> None:
    """Moves the bag into a block of twice the size."""
    words = arena.words
    block, capacity = words[header], words[header + 1]
    wider = max(2, capacity * 2)
    target = take(arena, size_class(wider), wider * width)
    for word in range(capacity * width):
        words[target + word] = words[block + word]
    if capacity:
        give_back(arena, size_class(capacity), block)
    put(arena, header, target)
    put(arena, header + 1, wider)


@kernel
def _oldest(arena: Arena, block: int, count: int, width: int) -> int:
    words = arena.words
    oldest = block
    for entry in range(block + width, block + count * width, width):
        if words[entry + ENTRY_TIME] < words[oldest + ENTRY_TIME]:
            oldest = entry
    return oldest


@kernel
def _same_other(arena: Arena, block: int, count: int, width: int, other: int) -> int:
    for entry in range(block, block + count * width, width):
        if arena.words[entry + ENTRY_OTHER] == other:
            return entry
    return 0


@kernel
def place_for(arena: Arena, plan: I64, ring: int, time: int, payment: Payment) -> tuple[int, bool]:
    """Address of the entry a payment is to be written to, and whether one stands there.

    The address is 0 when the bag is full of more recent ones.
    """
    words, width = arena.words, plan[S_WIDTH]
    header = header_of(plan, payment.row, ring)
    block, capacity, count = words[header], words[header + 1], words[header + 2]
    if plan[plan[AT_RINGS] + ring * RING_COLUMNS + RING_UNIQUE]:
        same = _same_other(arena, block, count, width, payment.other)
        if same != 0:
            return (same if words[same + ENTRY_TIME] <= time else 0), True
    if count == capacity and count > 0:
        oldest = _oldest(arena, block, count, width)
        if words[oldest + ENTRY_TIME] <= payment.now - plan[plan[AT_RINGS] + ring * RING_COLUMNS + RING_KEEP]:
            return oldest, True
        if capacity >= plan[plan[AT_RINGS] + ring * RING_COLUMNS + RING_CAP]:
            return (oldest if words[oldest + ENTRY_TIME] <= time else 0), True
    if count == capacity:
        _grown(arena, header, width)
    put(arena, header + 2, count + 1)
    return words[header] + count * width, False


@kernel
def release_bags(arena: Arena, plan: I64, row: int) -> None:
    """Gives back the blocks of all rings of a row."""
    for ring in range(plan[N_RINGS]):
        header = header_of(plan, row, ring)
        if arena.words[header + 1]:
            give_back(arena, size_class(arena.words[header + 1]), arena.words[header])
