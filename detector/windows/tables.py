"""Open-addressed tables of 64-bit keys; 0 is no key."""
# ruff: noqa: PLR0917 - kernels take tables one by one; objects that hold them do not compile
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

from detector.windows.arena import note
from detector.windows.kernel import kernel
from detector.windows.layout import I64, Arena

WORDS_OF_PAGE = 512
"""Of the smallest page, 4 KB; a larger one is written to several times."""


@kernel
def slot_of(keys: I64, key: int) -> int:
    """Slot that holds `key`, or the free one where it belongs."""
    mask = keys.shape[0] - 1
    slot = key & mask
    while keys[slot] != 0 and keys[slot] != key:
        slot = (slot + 1) & mask
    return slot


@kernel
def remove_key(keys: I64, values: I64, slot: int) -> None:
    """Empties `slot` and moves later keys of its run back, so that no tombstone stays."""
    mask = keys.shape[0] - 1
    hole = slot
    probe = (slot + 1) & mask
    while keys[probe] != 0:
        home = keys[probe] & mask
        if ((probe - home) & mask) >= ((probe - hole) & mask):
            keys[hole] = keys[probe]
            if values.shape[0] > 0:
                values[hole] = values[probe]
            hole = probe
        probe = (probe + 1) & mask
    keys[hole] = 0


@kernel
def seen_before(arena: Arena, young: I64, old: I64, key: int, kind: int, counter: int) -> bool:
    """Whether either generation holds `key`; afterwards the young one does.

    Asking renews: what is asked for within a generation is never forgotten.
    """
    slot = slot_of(young, key)
    if young[slot] == key:
        return True
    young[slot] = key
    arena.words[counter] += 1
    note(arena, kind, 0, key)
    return old[slot_of(old, key)] == key


@kernel
def refill(keys: I64, values: I64, into_keys: I64, into_values: I64) -> None:
    """Copies all keys, and their values if there are any, into a larger empty table."""
    for slot in range(keys.shape[0]):
        if keys[slot] != 0:
            place = slot_of(into_keys, keys[slot])
            into_keys[place] = keys[slot]
            if values.shape[0] > 0:
                into_values[place] = values[slot]


@kernel
def touch_pages(words: I64) -> None:
    """Writes a zero into each page of an empty table."""
    for at in range(0, words.shape[0], WORDS_OF_PAGE):
        words[at] = 0
