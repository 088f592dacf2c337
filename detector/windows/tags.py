"""Tags a payment carries from the payer stage to the payee stage, packed into words.

word 0    flags (8 bits) | fresh, one bit per reach (8) | funders (8) | payees (8) | hits (8) | rule set (23)
word 1    lengths of hop chains, 8 bits each (32) | points of the payer stage (32)
then      funders and payees, newest first: account hash, the low 4 bits say for which reaches
then      hits, 4 words each: measure and band, whole value, value as a float, episode
"""
# ruff: noqa: PLR0917 - kernels take tables one by one; objects that hold them do not compile
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

from detector.windows.bag import header_of
from detector.windows.kernel import kernel
from detector.windows.layout import (
    ENTRY_OTHER,
    ENTRY_TIME,
    F_END,
    F_FLAGS,
    F_HOPS,
    F_POINTS,
    I64,
    MASK_BITS,
    N_FRESH,
    N_FUNDERS,
    N_HOPS,
    N_MEASURES,
    N_PAYEES,
    N_TAGS,
    S_FINGERPRINT,
    S_FRESH_RING,
    S_FUNDERS,
    S_PAYEE_RING,
    S_PAYEES,
    S_WIDTH,
    V_BAND,
    V_EPISODE,
    V_FLOAT,
    V_VALUE,
    Arena,
    Found,
    Payment,
)
from detector.windows.values import value_at

FRESH_SHIFT, FUNDERS_SHIFT, PAYEES_SHIFT, HITS_SHIFT, FINGERPRINT_SHIFT = 8, 16, 24, 32, 40
POINTS_SHIFT = 32
TAG_HEAD = 2
HIT_WORDS = 4


@kernel
def _newer(arena: Arena, left: int, right: int) -> bool:
    """Whether entry `left` is more recent than `right`; ties go to the higher address, 0 is older than all."""
    if right == 0:
        return True
    first, second = arena.words[left + ENTRY_TIME], arena.words[right + ENTRY_TIME]
    return first > second or (first == second and left > right)


@kernel
def _next_recent(arena: Arena, start: int, end: int, width: int, last: int) -> int:
    """The most recent entry that is older than `last` (0: of all); 0 when there is none."""
    best = 0
    for entry in range(start, end, width):
        if (last == 0 or _newer(arena, last, entry)) and entry != last and _newer(arena, entry, best):
            best = entry
    return best


@kernel
def _reached(plan: I64, reaches: int, time: int, now: int) -> int:
    """Bits of the reaches of a tag, whose count and place in the plan are words `reaches` and the next."""
    mask, at = 0, plan[reaches + 1]
    for reach in range(plan[reaches]):
        if now - plan[at + reach] < time <= now:
            mask |= 1 << reach
    return mask


@kernel
def _name_others(arena: Arena, plan: I64, found: Found, ring: int, reaches: int, payment: Payment) -> int:
    """Writes the most recent accounts of a ring that any reach holds, except the payee; how many."""
    width = plan[S_WIDTH]
    header = header_of(plan, payment.row, ring)
    start = arena.words[header]
    end = start + arena.words[header + 2] * width
    cap = plan[S_FUNDERS] if ring == plan[S_FRESH_RING] else plan[S_PAYEES]
    named, at = 0, found.counts[N_TAGS]
    entry = _next_recent(arena, start, end, width, 0)
    while entry != 0 and named < cap:
        mask = _reached(plan, reaches, arena.words[entry + ENTRY_TIME], payment.now)
        other = arena.words[entry + ENTRY_OTHER]
        if mask == 0:
            break
        if other != payment.other or ring == plan[S_FRESH_RING]:
            found.tags[at + named] = (other >> MASK_BITS) << MASK_BITS | mask
            named += 1
        entry = _next_recent(arena, start, end, width, entry)
    found.counts[N_TAGS] = at + named
    return named


@kernel
def _fresh(arena: Arena, plan: I64, payment: Payment) -> int:
    header = header_of(plan, payment.row, plan[S_FRESH_RING])
    start = arena.words[header]
    mask = 0
    for entry in range(start, start + arena.words[header + 2] * plan[S_WIDTH], plan[S_WIDTH]):
        mask |= _reached(plan, N_FRESH, arena.words[entry + ENTRY_TIME], payment.now)
    return mask


@kernel
def _write_hits(plan: I64, found: Found, index: int) -> int:
    hits = 0
    for measure in range(plan[N_MEASURES]):
        if found.rows[index, value_at(plan, measure) + V_BAND]:
            at = found.counts[N_TAGS]
            found.tags[at] = measure << 8 | found.rows[index, value_at(plan, measure) + V_BAND]
            found.tags[at + 1] = found.rows[index, value_at(plan, measure) + V_VALUE]
            found.tags[at + 2] = found.rows[index, value_at(plan, measure) + V_FLOAT]
            found.tags[at + 3] = found.rows[index, value_at(plan, measure) + V_EPISODE]
            found.counts[N_TAGS] = at + HIT_WORDS
            hits += 1
    return hits


@kernel
def write_tags(arena: Arena, plan: I64, found: Found, payment: Payment) -> None:
    """Packs the tags of a payment; only payments over new links carry names."""
    index = payment.position
    at = found.counts[N_TAGS]
    found.counts[N_TAGS] = at + TAG_HEAD
    head = found.rows[index, F_FLAGS] & 255
    funders, payees = 0, 0
    if head & 1:  # FLAG_NEW
        if plan[S_FRESH_RING] >= 0:
            head |= _fresh(arena, plan, payment) << FRESH_SHIFT
            funders = _name_others(arena, plan, found, plan[S_FRESH_RING], N_FUNDERS, payment)
        if plan[S_PAYEE_RING] >= 0:
            payees = _name_others(arena, plan, found, plan[S_PAYEE_RING], N_PAYEES, payment)
    hits = _write_hits(plan, found, index)
    head |= funders << FUNDERS_SHIFT | payees << PAYEES_SHIFT | hits << HITS_SHIFT
    found.tags[at] = head | plan[S_FINGERPRINT] << FINGERPRINT_SHIFT
    lengths = 0
    for hop in range(plan[N_HOPS]):
        lengths |= min(255, found.rows[index, F_HOPS + hop]) << (8 * hop)
    found.tags[at + 1] = lengths | found.rows[index, F_POINTS] << POINTS_SHIFT
    found.rows[index, F_END] = found.counts[N_TAGS]


@kernel
def unpack_hits(tags: I64, ends: I64, into: I64) -> int:
    """Writes row, measure, band, whole value, value as a float and episode of every hit; how many there are."""
    count, start = 0, 0
    for row in range(ends.shape[0]):
        if ends[row] - start >= TAG_HEAD:
            at = ends[row] - ((tags[start] >> HITS_SHIFT) & 255) * HIT_WORDS
            while at >= start + TAG_HEAD and at < ends[row]:
                into[count, 0] = row
                into[count, 1] = tags[at] >> 8
                into[count, 2] = tags[at] & 255
                for word in range(1, HIT_WORDS):
                    into[count, 2 + word] = tags[at + word]
                at += HIT_WORDS
                count += 1
        start = ends[row]
    return count
