"""Arrays of zeros that live as long as the state does, in pages of their own beside the heap."""

import mmap
import sys
from contextlib import suppress

import numpy as np

from detector.windows.layout import I64
from detector.windows.tables import touch_pages

_WORD = 8
_HUGE_FROM = 1 << 21
"""Bytes from which pages of 2 MB pay: rows and tables are read at random, and with small pages most reads miss the TLB.

Below it a state of many small partitions would hold 2 MB for each array.
"""


class LastingWords:
    """An array of words that can be made longer where it lies.

    A page is there once it is written. When the array outgrows its place the page tables move, not the hundreds of
    megabytes they stand for.

    Args:
        count: Words, all zero.
    """

    def __init__(self, count: int) -> None:
        self._pages = _pages(count)
        self.array = _words(self._pages)

    def grow(self) -> None:
        """Doubles the array, the rest zeros; whoever holds it or a part of it must ask for it again."""
        count = self.array.shape[0]
        del self.array
        try:
            self._pages.resize(2 * count * _WORD)
        except (BufferError, SystemError):  # a part of it is still held; no mremap on this system
            before, self._pages = self._pages, _pages(2 * count)
            _words(self._pages)[:count] = _words(before)
        _ask_for_huge_pages(self._pages)
        self.array = _words(self._pages)


def empty_table(count: int) -> I64:
    """An array of `count` words, all zero, for a hash table; it gives its pages back when it goes.

    All pages are there at once: a table is soon hit everywhere, and a page that is read before it is written costs two
    faults and a word to every other processor. A kernel asks for them, and not `MADV_POPULATE_WRITE`, under which the
    interpreter's lock is held.
    """
    table = _words(_pages(count))
    touch_pages(table)
    return table


def _pages(count: int) -> mmap.mmap:
    pages = mmap.mmap(-1, count * _WORD, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    _ask_for_huge_pages(pages)
    return pages


def _words(pages: mmap.mmap) -> I64:
    return np.frombuffer(pages, np.int64)


def _ask_for_huge_pages(pages: mmap.mmap) -> None:
    if len(pages) >= _HUGE_FROM and hasattr(mmap, "MADV_HUGEPAGE"):
        _advise(pages, mmap.MADV_HUGEPAGE)


def _advise(pages: mmap.mmap, advice: int) -> None:
    """A wish: where the system cannot grant it, or does not know it, pages come as they are asked for."""
    if sys.platform == "linux":
        with suppress(OSError):
            pages.madvise(advice)
