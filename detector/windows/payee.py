"""The payee stage: rules keyed by target over screened payments in log order."""
# ruff: noqa: PLR0917 - kernels take tables one by one; objects that hold them do not compile
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

from detector.windows.accounts import row_of
from detector.windows.arena import put, put_entry
from detector.windows.entries import enters, write_entry
from detector.windows.judge import learn, measure_all, remember_points
from detector.windows.kernel import kernel
from detector.windows.layout import (
    C_ADMITTED,
    C_AMOUNTS,
    C_CURRENCIES,
    C_IDS,
    C_SOURCES,
    C_TARGETS,
    C_TIMES,
    ENTRY_FIXED,
    F_END,
    F_FLAGS,
    F_HOPS,
    F_KEPT,
    F_POINTS,
    FLAG_DUPLICATE,
    FLAG_LATE,
    FLAG_NEW,
    FOREIGN,
    I64,
    LATE,
    MOST_HOPS,
    N_RINGS,
    NEVER,
    OUT,
    ROW_ACTIVE,
    ROW_LATEST,
    S_FINGERPRINT,
    S_FUNDERS,
    S_GRACE,
    SEQUENCE,
    Arena,
    Found,
    Payment,
    Side,
)
from detector.windows.profile import learn_amount
from detector.windows.room import lacking
from detector.windows.tags import (
    FINGERPRINT_SHIFT,
    FRESH_SHIFT,
    FUNDERS_SHIFT,
    PAYEES_SHIFT,
    POINTS_SHIFT,
    TAG_HEAD,
)


@kernel
def read_head(plan: I64, found: Found, index: int) -> int:
    """Takes flags, hop lengths and points from the tags; the first word, 0 when another rule set wrote them."""
    start = found.rows[index - 1, F_END] if index else 0
    if found.rows[index, F_END] - start < TAG_HEAD:
        return 0
    head, second = found.tags[start], found.tags[start + 1]
    if (head >> FINGERPRINT_SHIFT) & 0x7FFFFF != plan[S_FINGERPRINT]:
        return 0
    found.rows[index, F_FLAGS] = head & 255
    found.rows[index, F_POINTS] = second >> POINTS_SHIFT
    for hop in range(MOST_HOPS):
        found.rows[index, F_HOPS + hop] = (second >> (8 * hop)) & 255
    return head


@kernel
def _write_tags(arena: Arena, plan: I64, found: Found, place: tuple[int, bool], index: int, head: int) -> None:
    entry, live = place
    start = (found.rows[index - 1, F_END] if index else 0) + TAG_HEAD
    funders, payees = (head >> FUNDERS_SHIFT) & 255, (head >> PAYEES_SHIFT) & 255
    for tag in range(funders):
        put_entry(arena, entry + ENTRY_FIXED + tag, found.tags[start + tag], live)
    at = entry + ENTRY_FIXED + plan[S_FUNDERS]
    for tag in range(payees):
        put_entry(arena, at + tag, found.tags[start + funders + tag], live)


@kernel
def _fold(arena: Arena, plan: I64, cols: I64, found: Found, payment: Payment, head: int) -> None:
    index = payment.position
    new, admitted = found.rows[index, F_FLAGS] & FLAG_NEW != 0, cols[index, C_ADMITTED]
    joined = arena.words[payment.row + ROW_LATEST] == NEVER
    for ring in range(plan[N_RINGS]):
        if enters(plan, ring, OUT, new, admitted):
            found.rows[index, F_KEPT] = 1
            marks = (head >> FRESH_SHIFT) & 255
            place = write_entry(arena, plan, ring, cols[index, C_TIMES], marks, payment)
            if place[0] != 0:
                _write_tags(arena, plan, found, place, index, head)
    learn(arena, plan, payment, joined, new, admitted)
    measure_all(arena, plan, found, payment, new, admitted)
    remember_points(arena, plan, payment, found.rows[index, F_POINTS])
    learn_amount(arena, plan, payment.row, payment.amount, payment.currency)
    put(arena, payment.row + ROW_LATEST, payment.now)
    put(arena, payment.row + ROW_ACTIVE, payment.now)


@kernel
def _judge(side: Side, plan: I64, cols: I64, found: Found, index: int) -> None:
    arena = side.arena
    handle = arena.words[SEQUENCE]
    head = read_head(plan, found, index)
    if head == 0:
        arena.words[FOREIGN] += 1
    row = row_of(side, plan, cols[index, C_TARGETS])
    latest = arena.words[row + ROW_LATEST]
    payment = Payment(
        max(latest, cols[index, C_TIMES]), cols[index, C_TIMES], cols[index, C_AMOUNTS], cols[index, C_CURRENCIES],
        cols[index, C_SOURCES], row, cols[index, C_TARGETS], cols[index, C_IDS], handle, index,
    )  # fmt: skip
    if cols[index, C_TIMES] < latest - plan[S_GRACE]:
        arena.words[LATE] += 1
    elif found.rows[index, F_FLAGS] & (FLAG_DUPLICATE | FLAG_LATE) == 0:
        _fold(arena, plan, cols, found, payment, head)
    arena.words[SEQUENCE] = handle + 1


@kernel
def judge_rows(start: int, side: Side, plan: I64, cols: I64, found: Found) -> tuple[int, int]:
    """Judges the screened payments from `start` on; where it stopped, and what it lacks there (0: all are done)."""
    for index in range(start, cols.shape[0]):
        status = lacking(side, plan, found)
        if status:
            return index, status
        _judge(side, plan, cols, found, index)
    return cols.shape[0], 0
