"""Names of payments that travel with a payment: those its findings cite, and those of its chains, packed as bytes.

group    kind (1 byte: the measure that cites, or CHAINS) | how many are cited in all (4) | how many names follow (2)
name     chain (1) | points of the payer stage (1) | length (2) | the payment's id, UTF-8

All numbers little end first; `chain` and `points` are 0 for cited payments. A payment that cites itself only has no
group. Names of a group are in log order, the newest last.
"""
# ruff: noqa: PLR0917 - kernels take tables one by one; objects that hold them do not compile
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

from detector.windows.kernel import kernel
from detector.windows.layout import (
    CHAIN_CAP,
    F_FLAGS,
    F_HOPS,
    F_POINTS,
    FLAG_LOCAL,
    FLAG_NEW,
    I64,
    N_CITED,
    N_HOPS,
    U8,
    Found,
    Named,
)
from detector.windows.values import chain_at

CHAINS = 255
"""Kind of the group that names payments of chains."""
GROUP_HEAD, NAME_HEAD = 7, 4


@kernel
def _place_of(ids: Named, handle: int) -> int:
    """Position of a handle, -1 where its id is not kept."""
    low, high = 0, ids.handles.shape[0]
    while low < high:
        middle = (low + high) // 2
        if ids.handles[middle] < handle:
            low = middle + 1
        else:
            high = middle
    return low if low < ids.handles.shape[0] and ids.handles[low] == handle else -1


@kernel
def put_number(number: int, size: int, out: U8, at: int) -> None:
    """Writes a number of `size` bytes."""
    for byte in range(size):
        out[at + byte] = (number >> (8 * byte)) & 255


@kernel
def take_number(data: U8, at: int, size: int) -> int:
    """Reads a number of `size` bytes."""
    number = 0
    for byte in range(size):
        number |= data[at + byte] << (8 * byte)
    return number


@kernel
def _put_name(ids: Named, handle: int, chain: int, points: int, out: U8, at: int) -> int:
    """Writes one name; where it ends, the same place when its id is not kept."""
    place = _place_of(ids, handle)
    if place < 0:
        return at
    start = ids.ends[place - 1] if place else 0
    size = ids.ends[place] - start
    out[at], out[at + 1] = chain, points
    put_number(size, 2, out, at + 2)
    for byte in range(size):
        out[at + NAME_HEAD + byte] = ids.data[start + byte]
    return at + NAME_HEAD + size


@kernel
def _put_head(kind: int, total: int, names: int, out: U8, at: int) -> None:
    out[at] = kind
    put_number(total, 4, out, at + 1)
    put_number(names, 2, out, at + 5)


@kernel
def _sort_cited(cited: I64, start: int, end: int) -> None:
    """Brings the handles of one finding into log order."""
    for place in range(start + 1, end):
        handle, hole = cited[place, 2], place
        while hole > start and cited[hole - 1, 2] > handle:
            cited[hole, 2] = cited[hole - 1, 2]
            hole -= 1
        cited[hole, 2] = handle


@kernel
def _put_cited(cited: I64, start: int, end: int, ids: Named, cap: int, out: U8, at: int) -> int:
    _sort_cited(cited, start, end)
    head, names = at, 0
    at += GROUP_HEAD
    for place in range(max(start, end - cap), end):
        after = _put_name(ids, cited[place, 2], 0, 0, out, at)
        names += 1 if after > at else 0
        at = after
    _put_head(cited[start, 1], end - start, names, out, head)
    return at


@kernel
def _put_chains(plan: I64, found: Found, row: int, ids: Named, out: U8, at: int) -> int:
    """Names the earlier payments of the chains of a payment that leaves for another partition."""
    head, names = at, 0
    at += GROUP_HEAD
    for hop in range(plan[N_HOPS]):
        for link in range(min(CHAIN_CAP, found.rows[row, F_HOPS + hop]) - 1):
            word = found.rows[row, chain_at(hop) + link]
            after = _put_name(ids, word >> 8, hop, word & 255, out, at)
            names += 1 if after > at else 0
            at = after
    _put_head(CHAINS, names, names, out, head)
    return at if names else head


@kernel
def pack_names(plan: I64, found: Found, ids: Named, cap: int, out: U8, ends: I64) -> None:
    """Writes the names of all rows; `out` has room for every one, a finding names at most `cap`."""
    at, place, total = 0, 0, found.counts[N_CITED]
    for row in range(found.rows.shape[0]):
        while place < total and found.cited[place, 0] == row:
            end = place + 1
            while end < total and found.cited[end, 0] == row and found.cited[end, 1] == found.cited[place, 1]:
                end += 1
            if end - place > 1:
                at = _put_cited(found.cited, place, end, ids, cap, out, at)
            place = end
        if found.rows[row, F_FLAGS] & (FLAG_LOCAL | FLAG_NEW) == FLAG_NEW:
            at = _put_chains(plan, found, row, ids, out, at)
        ends[row] = at


@kernel
def _sound(data: U8, at: int, end: int) -> bool:
    while at < end:
        if at + GROUP_HEAD > end:
            return False
        names = take_number(data, at + 5, 2)
        at += GROUP_HEAD
        for _ in range(names):
            if at + NAME_HEAD > end:
                return False
            at += NAME_HEAD + take_number(data, at + 2, 2)
    return at == end


@kernel
def check_names(data: U8, bounds: I64, column: int, sound: U8) -> None:
    """Clears `sound` where the bytes between two columns of `bounds` are no names."""
    for row in range(bounds.shape[0]):
        if sound[row] and not _sound(data, bounds[row, column], bounds[row, column + 1]):
            sound[row] = 0


@kernel
def _chains_in(data: U8, at: int, end: int) -> int:
    """Where the group of chains begins; `end` without one."""
    while at < end and data[at] != CHAINS:
        names = take_number(data, at + 5, 2)
        at += GROUP_HEAD
        for _ in range(names):
            at += NAME_HEAD + take_number(data, at + 2, 2)
    return at


@kernel
def _keep_text(data: U8, start: int, end: int, texts: U8, text_ends: I64, count: int) -> None:
    at = text_ends[count - 1] if count else 0
    for byte in range(start, end):
        texts[at] = data[byte]
        at += 1
    text_ends[count] = at


@kernel
def _keep_links(data: U8, at: int, links: int, texts: U8, text_ends: I64, count: int) -> int:
    for _ in range(links):
        size = take_number(data, at + 2, 2)
        _keep_text(data, at + NAME_HEAD, at + NAME_HEAD + size, texts, text_ends, count)
        at += NAME_HEAD + size
        count += 1
    return count


@kernel
def _write_chain(data: U8, at: int, links: int, first: int, own: int, hop: int, into: I64) -> None:
    """Writes the words of one chain: its links, whose handles count from `first`, then the payment's own word."""
    length = 0
    for link in range(links):
        if data[at] == hop and length < CHAIN_CAP - 1:
            into[length] = (first + link) << 8 | data[at + 1]
            length += 1
        at += NAME_HEAD + take_number(data, at + 2, 2)
    into[length] = own


@kernel
def take_chains(
    plan: I64, rows: I64, names: tuple[U8, I64], ids: tuple[U8, I64], found: Found, base: int, texts: tuple[U8, I64]
) -> int:
    """Gives the payments of chains that come from other partitions handles of this one, from `base` on.

    Args:
        plan: Tables of the payer stage.
        rows: Payments over new links, from other partitions.
        names: Names of all payments, and their ends.
        ids: Ids of all payments, and their ends.
        found: Holds the points that the payer stage gave, and gets the chains.
        base: First free handle.
        texts: Gets the ids that belong to the handles, and their ends.

    Returns:
        How many handles were given.
    """
    count, data = 0, names[0]
    for index in range(rows.shape[0]):
        row = rows[index]
        end = names[1][row]
        at = _chains_in(data, names[1][row - 1] if row else 0, end)
        links = take_number(data, at + 5, 2) if at < end else 0
        at += GROUP_HEAD
        first = base + count
        count = _keep_links(data, at, links, texts[0], texts[1], count)
        _keep_text(ids[0], ids[1][row - 1] if row else 0, ids[1][row], texts[0], texts[1], count)
        own = (base + count) << 8 | min(255, found.rows[row, F_POINTS])
        count += 1
        for hop in range(plan[N_HOPS]):
            chain = found.rows[row, chain_at(hop) : chain_at(hop) + CHAIN_CAP]
            _write_chain(data, at, links, first, own, hop, chain)
    return count
