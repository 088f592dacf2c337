"""Rows of accounts: found by hash, made when first asked for."""
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

from detector.windows.arena import ACCOUNT_ADDED, note, put, take_row
from detector.windows.kernel import kernel
from detector.windows.layout import (
    ACCOUNTS,
    I64,
    NEVER,
    ROW_ACTIVE,
    ROW_KEY,
    ROW_LATEST,
    ROW_TOUCHED,
    S_ROW,
    SEQUENCE,
    Side,
)
from detector.windows.tables import slot_of


@kernel
def row_of(side: Side, plan: I64, key: int) -> int:
    """Address of the account's row; the account counts as touched."""
    arena = side.arena
    slot = slot_of(side.keys, key)
    if side.keys[slot] == key:
        row = side.rows[slot]
    else:
        row = take_row(arena, plan[S_ROW])
        side.keys[slot] = key
        side.rows[slot] = row
        note(arena, ACCOUNT_ADDED, 0, key)
        arena.words[ACCOUNTS] += 1
        arena.words[row + ROW_KEY] = key
        arena.words[row + ROW_LATEST] = NEVER
        arena.words[row + ROW_ACTIVE] = NEVER
    put(arena, row + ROW_TOUCHED, arena.words[SEQUENCE])
    return row
