"""Ids of payments that bags still hold, by handle."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from detector.windows.layout import I64, U8, Named
from detector.windows.texts import gather

T = TypeVar("T", bound=np.generic)

_TOLD = 1 << 16
"""Ids kept at hand as texts: the next finding of an episode names nearly the same payments."""

_SMALLEST = 1 << 10


class PaymentIds:
    """Texts by rising handle: joined UTF-8 bytes, handles and ends, in arrays that grow at their end.

    What has been written is written over only after a `rollback`, so `kept` and `named` stay good while a transaction
    that came later runs.

    Delivery: what was appended since `checkpoint` goes with `rollback`. Ids that no bag names go with a sweep; between
    two sweeps at most as many are kept in vain as are kept for good, or 65,536.
    """

    def __init__(self) -> None:
        self._handles: I64 = np.empty(_SMALLEST, np.int64)
        self._ends: I64 = np.empty(_SMALLEST, np.int64)
        self._data: U8 = np.empty(_SMALLEST, np.uint8)
        self._size = 0
        self._mark = 0
        self._told: dict[int, str | None] = {}
        self.longest = 0
        """Bytes of the longest id that was ever kept."""

    def __len__(self) -> int:
        return self._size

    @property
    def bytes(self) -> int:
        """Memory in use."""
        return self._size * 16 + self._filled

    @property
    def _filled(self) -> int:
        return int(self._ends[self._size - 1]) if self._size else 0

    def append(self, handles: I64, joined: U8, ends: I64) -> None:
        """Adds ids; handles rise, and are above all that are here."""
        count, filled = handles.shape[0], self._filled
        if not count:
            return
        size = self._size + count
        self._handles = _with_room(self._handles, self._size, size)
        self._ends = _with_room(self._ends, self._size, size)
        self._data = _with_room(self._data, filled, filled + joined.shape[0])
        self._handles[self._size : size] = handles
        self._ends[self._size : size] = ends + filled
        self._data[filled : filled + joined.shape[0]] = joined
        self._size = size
        self.longest = max(self.longest, int(np.diff(ends, prepend=0).max()))

    def named(self) -> Named:
        """The ids as kernels look them up."""
        return Named(self._handles[: self._size], self._ends[: self._size], self._data)

    def get(self, handle: int) -> str | None:
        """The id of a payment, None when it is not kept."""
        if handle in self._told:
            return self._told[handle]
        if len(self._told) >= _TOLD:
            self._told.clear()
        known = self._told[handle] = self._found(handle)
        return known

    def _found(self, handle: int) -> str | None:
        handles = self._handles[: self._size]
        at = int(handles.searchsorted(handle))  # the method: numpy's function around it costs twice as much
        if at == self._size or handles[at] != handle:
            return None
        start = int(self._ends[at - 1]) if at else 0
        return self._data[start : int(self._ends[at])].tobytes().decode()

    def keep(self, chosen: I64) -> None:
        """Forgets all ids but those at some positions; outside of a transaction, since it cannot be put back."""
        ends = self._ends[: self._size]
        sizes = np.diff(ends, prepend=0)[chosen]
        data, kept = np.empty(int(sizes.sum()), np.uint8), np.empty(chosen.shape[0], np.int64)
        gather(self._data, ends, chosen, data, kept)
        handles = self._handles[: self._size][chosen]
        self._size = 0
        self._handles, self._ends, self._data = handles[:0], kept[:0], data[:0]  # copies share what was there
        self.append(handles, data, kept)
        self._told.clear()

    def copy(self) -> "PaymentIds":
        """The ids at this moment, outside of a transaction; the arrays are shared, as they only grow."""
        copy = PaymentIds()
        copy._handles, copy._ends, copy._data = self._handles, self._ends, self._data
        copy._size, copy.longest = self._size, self.longest
        return copy

    def checkpoint(self) -> None:
        """Remembers where the transaction begins."""
        self._mark = self._size

    def rollback(self) -> None:
        """Forgets what was appended since the checkpoint."""
        self._size = self._mark
        self._told.clear()  # the handles are given to other payments


def _with_room(array: NDArray[T], used: int, wanted: int) -> NDArray[T]:
    """The array, or a copy of twice the length wanted."""
    if array.shape[0] >= wanted:
        return array
    wider = np.empty(2 * wanted, array.dtype)
    wider[:used] = array[:used]
    return wider
