"""Payments put into the bags of an account."""
# ruff: noqa: PLR0917 - kernels take tables one by one; objects that hold them do not compile
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

from detector.windows.arena import put_entry
from detector.windows.bag import place_for
from detector.windows.kernel import kernel
from detector.windows.layout import (
    AT_RINGS,
    ENTRY_AMOUNT,
    ENTRY_FIXED,
    ENTRY_HANDLE,
    ENTRY_MARKS,
    ENTRY_OTHER,
    ENTRY_POINTS,
    ENTRY_TIME,
    I64,
    RING_COLUMNS,
    RING_NEW,
    RING_ROLE,
    RING_WHERE,
    S_WIDTH,
    Arena,
    Payment,
)
from detector.windows.measures import MARKS_SHIFT


@kernel
def enters(plan: I64, ring: int, role: int, new: bool, admitted: int) -> bool:
    """Whether a payment belongs into a ring."""
    rule = plan[AT_RINGS] + ring * RING_COLUMNS
    if plan[rule + RING_ROLE] != role or (plan[rule + RING_NEW] and not new):
        return False
    return (admitted >> plan[rule + RING_WHERE]) & 1 == 1


@kernel
def write_entry(arena: Arena, plan: I64, ring: int, time: int, marks: int, payment: Payment) -> tuple[int, bool]:
    """Writes the payment into a bag of its row, without points and tags.

    Returns:
        The entry's address, or 0; whether it stands in another's place.
    """
    entry, live = place_for(arena, plan, ring, time, payment)
    if entry != 0:
        put_entry(arena, entry + ENTRY_TIME, time, live)
        put_entry(arena, entry + ENTRY_OTHER, payment.other, live)
        put_entry(arena, entry + ENTRY_AMOUNT, payment.amount, live)
        put_entry(arena, entry + ENTRY_HANDLE, payment.handle, live)
        put_entry(arena, entry + ENTRY_POINTS, 0, live)
        put_entry(arena, entry + ENTRY_MARKS, payment.currency << MARKS_SHIFT | marks, live)
        for word in range(entry + ENTRY_FIXED, entry + plan[S_WIDTH]):
            put_entry(arena, word, 0, live)
    return entry, live
