"""Room the next payment may need, asked for before anything is written."""
# ruff: noqa: PLR0911 - one answer per store
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

from detector.windows.arena import JOURNAL_COUNT, JOURNAL_ENTRY, JOURNAL_HEAD, JOURNAL_ON
from detector.windows.kernel import kernel
from detector.windows.layout import (
    ACCOUNT_LIMIT,
    ACCOUNTS,
    BUMP,
    DONE,
    GROW_ACCOUNTS,
    GROW_CITED,
    GROW_IDS,
    GROW_JOURNAL,
    GROW_LINKS,
    GROW_TAGS,
    GROW_WORDS,
    I64,
    IDS,
    LINKS,
    N_CITED,
    N_TAGS,
    S_EVIDENCE,
    S_LOG,
    S_ROOM,
    Found,
    Side,
)

TAG_ROOM = 256
"""Words that the tags of one payment take at most."""


@kernel
def lacking(side: Side, plan: I64, found: Found) -> int:
    """What is too small for one more payment; 0 when there is room for it.

    The answer depends on what was folded, never on where a batch ends: so evictions strike at the same record however
    the log is cut.
    """
    words, journal = side.arena.words, side.arena.journal
    if words[BUMP] + plan[S_ROOM] > words.shape[0]:
        return GROW_WORDS
    accounts = words[ACCOUNTS] + 2
    if accounts > words[ACCOUNT_LIMIT] or accounts * 2 > side.keys.shape[0]:
        return GROW_ACCOUNTS
    if (words[LINKS] + 2) * 2 > side.links.shape[0]:
        return GROW_LINKS
    if (words[IDS] + 2) * 2 > side.ids.shape[0]:
        return GROW_IDS
    used = JOURNAL_HEAD + (journal[JOURNAL_COUNT] + plan[S_LOG]) * JOURNAL_ENTRY
    if journal[JOURNAL_ON] and used > journal.shape[0]:
        return GROW_JOURNAL
    if found.counts[N_CITED] + plan[S_EVIDENCE] > found.cited.shape[0]:
        return GROW_CITED
    if found.counts[N_TAGS] + TAG_ROOM > found.tags.shape[0]:
        return GROW_TAGS
    return DONE
