"""The memory of one stage in one partition."""

from collections.abc import Callable

import numpy as np

from detector.rules.plan.stage_plan import StagePlan
from detector.state.generations import Generations
from detector.state.lasting import LastingWords, empty_table
from detector.state.limits import Limits
from detector.state.named_ids import named_ids
from detector.state.payment_ids import PaymentIds
from detector.windows.arena import IDS_TURNED, JOURNAL_COUNT, JOURNAL_ENTRY, JOURNAL_ON, LINKS_TURNED, note, release
from detector.windows.layout import (
    ACCOUNT_LIMIT,
    ACCOUNTS,
    BUMP,
    GROW_ACCOUNTS,
    GROW_CITED,
    GROW_IDS,
    GROW_JOURNAL,
    GROW_LINKS,
    GROW_TAGS,
    GROW_WORDS,
    HEAD_WORDS,
    I64,
    IDS,
    LINKS,
    ROW_TOUCHED,
    S_ROOM,
    U8,
    Arena,
    Found,
    Side,
)
from detector.windows.rates import begin_populations
from detector.windows.tables import refill
from detector.windows.undo import evict, walk_back

Kernel = Callable[[int, Side, I64, I64, Found], tuple[int, int]]

_EVICTED_SHARE = 16
"""One account in 16 is evicted at a time: the search for the least recent ones pays for many."""
_IDS_SWEPT_FROM = 1 << 16


class Memory:
    """What one stage knows of accounts: a fold of its log, in one array of words, one row per account.

    Delivery: nothing is written to disk. Between `checkpoint` and `commit` every change is journalled, and `rollback`
    undoes it; a snapshot holds `tables`. Evicted accounts are counted.

    Args:
        stage: The stage's tables.
        limits: Bounds.
    """

    def __init__(self, stage: StagePlan, limits: Limits) -> None:
        self.stage = stage
        self.limits = limits
        self._words = LastingWords(max(1 << 14, 4 * int(stage.plan[S_ROOM])))
        self._journal = LastingWords(1 << 12)
        self.words[BUMP], self.words[ACCOUNT_LIMIT] = HEAD_WORDS, limits.accounts
        self.keys, self.rows = empty_table(1 << 10), empty_table(1 << 10)
        self.links = Generations(limits.links)
        self.ids = Generations(limits.ids)
        self._head = self.words[:HEAD_WORDS].copy()
        self.payment_ids = PaymentIds()
        self._sweep_at = _IDS_SWEPT_FROM
        with np.errstate(over="ignore"):
            begin_populations(self.side.arena, stage.plan)

    @property
    def words(self) -> I64:
        """Counters, rows and bags; stale after any growth."""
        return self._words.array

    @property
    def journal(self) -> I64:
        """What the words held before; stale after any growth."""
        return self._journal.array

    def hold(self, words: I64) -> None:
        """Replaces all words by those of a snapshot; the bound on accounts stays this memory's own."""
        used = words.shape[0]
        self._words = LastingWords(max(self.words.shape[0], used + used // 2))
        self.words[:used] = words
        self.words[ACCOUNT_LIMIT] = self.limits.accounts

    @property
    def side(self) -> Side:
        """The arrays as kernels take them; stale after any growth."""
        arena = Arena(self.words, self.journal)
        return Side(arena, self.keys, self.rows, self.links.young, self.links.old, self.ids.young, self.ids.old)

    def run(self, rows: Kernel, columns: I64, found: Found) -> Found:
        """Runs a kernel over a batch, making room wherever it comes back for it; what was found, in grown arrays."""
        start, end = 0, columns.shape[0]
        while True:
            start, status = rows(start, self.side, self.stage.plan, columns, found)
            if start == end:
                return found
            found = self._make_room(int(status), found)

    def _make_room(self, status: int, found: Found) -> Found:
        if status == GROW_WORDS:
            self._words.grow()
        elif status == GROW_ACCOUNTS:
            self._more_accounts()
        elif status == GROW_LINKS:
            self._more_keys(self.links, LINKS, LINKS_TURNED)
        elif status == GROW_IDS:
            self._more_keys(self.ids, IDS, IDS_TURNED)
        elif status == GROW_JOURNAL:
            self._journal.grow()
        elif status == GROW_CITED:
            return found._replace(cited=_longer(found.cited))
        elif status == GROW_TAGS:
            return found._replace(tags=_longer(found.tags))
        return found

    def _more_keys(self, generations: Generations, counter: int, turned: int) -> None:
        if not generations.full:
            generations.grow()
            return
        generations.turn()
        self.journal_room(1)
        self.words[counter] = 0
        note(self.side.arena, turned, 0, 0)

    def journal_room(self, entries: int) -> None:
        """Makes room in the journal for writes outside of `run`."""
        while self.journal[JOURNAL_ON] and self.journal.shape[0] < (
            (self.journal[JOURNAL_COUNT] + entries + 1) * JOURNAL_ENTRY
        ):
            self._journal.grow()

    def _more_accounts(self) -> None:
        if self.words[ACCOUNTS] + 2 > self.limits.accounts:
            self._evict()
            return
        keys, rows = (empty_table(2 * self.keys.shape[0]) for _ in range(2))
        refill(self.keys, self.rows, keys, rows)
        self.keys, self.rows = keys, rows

    def _evict(self) -> None:
        """Forgets the least recently touched accounts."""
        keys = self.keys[self.keys != 0]
        touched = self.words[self.rows[self.keys != 0] + ROW_TOUCHED]
        count = max(2, keys.shape[0] // _EVICTED_SHARE)
        # ties, an account as payer and payee of one payment, go by hash: no other order survives a restart
        gone = keys[np.lexsort((keys, touched))[:count]]
        self.journal_room(count * (8 + 3 * len(self.stage.rings.all)))
        evict(self.side, self.stage.plan, gone)

    def remember_ids(self, handles: I64, joined: U8, ends: I64) -> None:
        """Keeps the ids of payments that bags hold."""
        self.payment_ids.append(handles, joined, ends)
        if not self.journal[JOURNAL_ON]:
            self._sweep()

    def _sweep(self) -> None:
        """Forgets, now and then, the ids that no bag holds any more."""
        if len(self.payment_ids) > self._sweep_at:
            self.payment_ids.keep(named_ids(self.side, self.stage.plan, self.payment_ids))
            self._sweep_at = max(_IDS_SWEPT_FROM, 2 * len(self.payment_ids))

    def checkpoint(self) -> None:
        """Begins to journal changes."""
        self.journal[JOURNAL_COUNT], self.journal[JOURNAL_ON] = 0, 1
        self._head = self.words[:HEAD_WORDS].copy()
        self.payment_ids.checkpoint()

    def commit(self) -> None:
        """Lets the changes since the checkpoint stand."""
        self.journal[JOURNAL_COUNT], self.journal[JOURNAL_ON] = 0, 0
        release(self.side.arena)
        self.links.settle()
        self.ids.settle()
        self._sweep()

    def rollback(self) -> None:
        """Undoes the changes since the checkpoint."""
        turned = walk_back(self.side)
        while turned:
            (self.links if turned == LINKS_TURNED else self.ids).turn_back()
            turned = walk_back(self.side)
        self.words[:HEAD_WORDS] = self._head
        self.payment_ids.rollback()
        self.commit()

    def counter(self, word: int) -> int:
        """A counter of the head: LATE, DUPLICATES, EVICTED, ACCOUNTS ..."""
        return int(self.words[word])

    @property
    def bytes(self) -> int:
        """Memory that accounts, links and ids take, spare room for growth aside."""
        tables = self.keys.nbytes + self.rows.nbytes + self.links.bytes + self.ids.bytes
        return int(self.words[BUMP]) * 8 + tables + self.payment_ids.bytes


def _longer(array: I64) -> I64:
    """A copy of twice the length, the rest zeros."""
    longer = np.zeros((array.shape[0] * 2, *array.shape[1:]), dtype=np.int64)
    longer[: array.shape[0]] = array
    return longer
