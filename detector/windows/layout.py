"""Where which word lies in the flat memory of a stage, and in the tables the kernels read.

A stage's memory is one array of 64-bit words, so that one journal undoes everything::

    0 .. HEAD_WORDS       counters, free lists, populations: written with every payment, copied at a checkpoint
    ... rows              one per account: ROW_* words, then ring headers, rates, hop chains, profile, episodes
    ... blocks            bags of a ring: 2, 4, 8 ... entries of ENTRY_* words
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

NEVER = -(2**62)
"""Event time before all others."""

BUMP, SEQUENCE, ACCOUNTS, ACCOUNT_LIMIT, LINKS, IDS, LATE, DUPLICATES, EVICTED, FOREIGN = range(10)
FREE_ROW, FREE_BLOCKS, FREE_LISTS = 15, 16, 17
"""First addresses of free rows, of free blocks by size, and how many such lists there are."""
WAITING, TAILS = FREE_LISTS, 2 * FREE_LISTS
"""Behind a free list: the list of what an open transaction gave back, and the last address of that list."""
POPULATIONS, POPULATION_WORDS = 80, 4
HEAD_WORDS = 192

ROW_KEY, ROW_TOUCHED, ROW_LATEST, ROW_ACTIVE = range(4)
ROW_FIXED = 4
RING_WORDS = 3
"""Header of a ring in a row: address of its block, capacity of the block, entries in it."""
RATE_WORDS = 5
"""First event time, start and count of the open day, decayed count, time of the decayed count."""
CHAIN_CAP = 8
HOP_WORDS = 2 + CHAIN_CAP
"""Time and length of the chain that ends at the account, and its last payments (handle * 256 + points)."""
PROFILE_WORDS = 4
"""Count, mean, sum of squared deviations, currency of the account's payments."""
EPISODE_WORDS = 2
"""Open episode, time of its last hit."""

PAIR_EPISODES = 8
"""Open episodes of a rule on pairs that an account remembers, a power of two; two pairs that fall on the same place
open a new one each time they alternate."""
PAIR_MARK = 0xFFFE
"""Bits of such an episode that say which pair it is of."""

ENTRY_TIME, ENTRY_OTHER, ENTRY_AMOUNT, ENTRY_HANDLE, ENTRY_POINTS, ENTRY_MARKS = range(6)
ENTRY_FIXED = 6

OUT, INCOMING = 0, 1
"""Roles of rings: own payments of the stage's key; payments to it, as the payer stage remembers them."""

RING_ROLE, RING_NEW, RING_WHERE, RING_KEEP, RING_CAP, RING_UNIQUE = range(6)
RING_COLUMNS = 6

(
    M_KIND, M_RING, M_WINDOW, M_GRACE, M_WHERE, M_NEW, M_CURRENCY, M_TOLERANCE, M_RATE, M_TAG, M_HISTORY, M_MINIMUM,
    M_RING_IN, M_FLOAT, M_EPISODE, M_CITE_RING, M_CITE_WINDOW, M_CITE_POINTS, M_BANDS, M_PAIR, M_RULE_HASH,
) = range(21)  # fmt: skip
MEASURE_COLUMNS = 21

VALUE, COUNT, SUM, DISTINCT, RATIO, DEVIATION, MULTIPLE, GAP, LINK, HOPS, FRESH, COMMON_FUNDER, COMMON_PAYEE = range(13)
"""Kinds of measures."""

R_MU, R_SHRINK, R_CAP, R_PRIOR, R_WEIGHT, R_ADAPTIVE, R_GROWTH = range(7)
RATE_PARAMETERS = 7
"""Floats of a rate; then two whole words: the bit of its filter, and whether only new links count."""
RATE_COLUMNS = 9

(
    S_ROW, S_RINGS, S_RATES, S_HOPS, S_PROFILE, S_EPISODES, S_WIDTH, S_GRACE, S_FUNDERS, S_PAYEES, S_ROOM, S_LOG,
    S_EVIDENCE, S_FINGERPRINT, S_FRESH_RING, S_PAYEE_RING, S_HAS_PROFILE, S_VALUES, S_CHAINS,
    N_RINGS, AT_RINGS, N_MEASURES, AT_MEASURES, N_RATES, AT_RATES, N_HOPS, AT_HOPS, N_FRESH, AT_FRESH,
    N_FUNDERS, AT_FUNDERS, N_PAYEES, AT_PAYEES, MOST_BANDS, AT_BANDS, AT_FLOAT_BANDS, AT_POINTS,
) = range(37)  # fmt: skip
PLAN_HEAD = 37
"""A plan is one array: sizes, then the tables of rings, measures, rates, reaches and bands, each at its AT_ word.

One array and not twelve: a kernel that calls another hands over every field of every array it passes.
"""

FLAG_NEW, FLAG_DUPLICATE, FLAG_LATE, FLAG_LOCAL = 1, 2, 4, 8
MASK_BITS = 4
"""Low bits of an identity in a tag, which say for which reaches it holds."""


class Arena(NamedTuple):
    """Flat memory, and the journal of what it held before."""

    words: I64
    journal: I64


class Side(NamedTuple):
    """The memory of one stage: arena, table of accounts, generations of known links and of seen payment ids."""

    arena: Arena
    keys: I64
    rows: I64
    links: I64
    old_links: I64
    ids: I64
    old_ids: I64


class Payment(NamedTuple):
    """The current payment as measures of one account see it.

    `now` is the latest event time of the account, `time` the payment's own: less where it comes late.
    """

    now: int
    time: int
    amount: int
    currency: int
    other: int
    row: int
    key: int
    id: int
    handle: int
    position: int


class Named(NamedTuple):
    """Ids of payments: rising handles, end of each id in the joined bytes, the bytes."""

    handles: I64
    ends: I64
    data: U8


(
    C_TIMES, C_AMOUNTS, C_CURRENCIES, C_SOURCES, C_TARGETS, C_PAIRS, C_IDS, C_ADMITTED, C_LOCAL,
) = range(9)  # fmt: skip
BATCH_COLUMNS = 9
"""Columns of a batch as the kernels read it; accounts, ids and pairs are 64-bit hashes."""


class Found(NamedTuple):
    """What a stage writes: one row per payment (F_*), cited payments, tags, and how much of both is used."""

    rows: I64
    cited: I64
    tags: I64
    counts: I64


F_POINTS, F_FLAGS, F_KEPT, F_END, F_HOPS = range(5)
MOST_HOPS = 4
F_CHAINS = F_HOPS + MOST_HOPS
"""From here on chains of CHAIN_CAP words per reach, then from word S_VALUES of the plan on V_* words per measure."""
V_VALUE, V_FLOAT, V_BAND, V_EPISODE, V_TOTAL = range(5)
VALUE_WORDS = 5

N_CITED, N_TAGS = 0, 1

DONE, GROW_WORDS, GROW_ACCOUNTS, GROW_LINKS, GROW_IDS, GROW_JOURNAL, GROW_CITED, GROW_TAGS = range(8)
"""Why a kernel came back before the end of the batch."""
