"""Ids of payments that bags still hold, by handle."""

from bisect import bisect_right

import numpy as np

from detector.windows.layout import I64
from detector.windows.texts import U8, gather

_TOLD = 1 << 16
"""Ids kept at hand as texts: the next finding of an episode names nearly the same payments."""


class Block:
    """Ids of some handles: joined UTF-8 bytes, rising handles, ends."""

    __slots__ = ("data", "ends", "handles")

    def __init__(self, handles: I64, data: U8, ends: I64) -> None:
        self.handles = handles
        self.data = data
        self.ends = ends

    def get(self, handle: int) -> str | None:
        at = int(self.handles.searchsorted(handle))  # the method: numpy's function around it costs twice as much
        if at == self.handles.shape[0] or self.handles[at] != handle:
            return None
        start = int(self.ends[at - 1]) if at else 0
        return self.data[start : int(self.ends[at])].tobytes().decode()

    def kept(self, chosen: I64) -> "Block":
        """The ids at some positions, in arrays of their own."""
        sizes = np.diff(self.ends, prepend=0)[chosen]
        data, ends = np.zeros(int(sizes.sum()), dtype=np.uint8), np.zeros(chosen.shape[0], dtype=np.int64)
        gather(self.data, self.ends, chosen, data, ends)
        return Block(self.handles[chosen], data, ends)


class PaymentIds:
    """Texts by rising handle, in blocks of one batch each until they are swept.

    Delivery: what was appended since `checkpoint` goes with `rollback`. Ids that no bag names go with a sweep; between
    two sweeps at most as many are kept in vain as are kept for good, or 65,536.
    """

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._firsts: list[int] = []
        self._size = 0
        self._mark = (0, 0)
        self._told: dict[int, str | None] = {}

    def __len__(self) -> int:
        return self._size

    @property
    def bytes(self) -> int:
        """Memory in use."""
        return sum(block.data.nbytes + block.handles.nbytes + block.ends.nbytes for block in self._blocks)

    def append(self, handles: I64, joined: U8, ends: I64) -> None:
        """Adds ids; handles rise, and are above all that are here."""
        if handles.shape[0]:
            self._add(Block(handles, joined, ends))

    def _add(self, block: Block) -> None:
        self._blocks.append(block)
        self._firsts.append(int(block.handles[0]))
        self._size += block.handles.shape[0]

    def get(self, handle: int) -> str | None:
        """The id of a payment, None when it is not kept."""
        known = self._told.get(handle)
        if known is None:
            at = bisect_right(self._firsts, handle) - 1
            known = self._blocks[at].get(handle) if at >= 0 else None
            if len(self._told) >= _TOLD:
                self._told.clear()
            self._told[handle] = known
        return known

    def replace(self, whole: Block) -> None:
        """Forgets all ids but those of a block."""
        self._blocks, self._firsts, self._size = [], [], 0
        self._told.clear()
        if whole.handles.shape[0]:
            self._add(whole)

    def copy(self) -> "PaymentIds":
        """The ids at this moment; blocks never change, so they are shared."""
        copy = PaymentIds()
        copy._blocks, copy._firsts, copy._size = self._blocks.copy(), self._firsts.copy(), self._size
        return copy

    def joined(self) -> Block:
        """All ids as one block."""
        if not self._blocks:
            nothing = np.zeros(0, dtype=np.int64)
            return Block(nothing, np.zeros(0, dtype=np.uint8), nothing)
        offsets = np.cumsum([0, *(block.data.shape[0] for block in self._blocks[:-1])])
        return Block(
            np.concatenate([block.handles for block in self._blocks]),
            np.concatenate([block.data for block in self._blocks]),
            np.concatenate([block.ends + offset for block, offset in zip(self._blocks, offsets, strict=True)]),
        )

    def checkpoint(self) -> None:
        """Remembers where the transaction begins."""
        self._mark = (len(self._blocks), self._size)

    def rollback(self) -> None:
        """Forgets what was appended since the checkpoint."""
        blocks, self._size = self._mark
        self._told.clear()  # the handles are given to other payments
        del self._blocks[blocks:], self._firsts[blocks:]
