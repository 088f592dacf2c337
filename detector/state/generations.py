"""Two generations of keys: what was not asked for during a whole generation is forgotten."""

from detector.state.lasting import empty_table
from detector.windows.layout import I64
from detector.windows.tables import refill

_SMALLEST = 1 << 10


class Generations:
    """A bounded set of 64-bit keys in two open-addressed tables.

    Keys go into the young table; when it holds `cap` keys it becomes the old one, and the old one is dropped. So
    between `cap` and twice `cap` of the most recent keys are known, at 16 to 32 bytes each.

    Delivery: `turned` tables are kept until `settle`, so that a rollback can bring them back.
    """

    def __init__(self, cap: int) -> None:
        self.cap = cap
        self.young: I64 = empty_table(_SMALLEST)
        self.old: I64 = empty_table(2)
        self._dropped: list[I64] = []

    @property
    def full(self) -> bool:
        """Whether the young table has its final size, so that there is nothing left but to turn."""
        return len(self.young) >= 2 * self.cap

    def grow(self) -> None:
        """Doubles the young table."""
        larger = empty_table(self.young.shape[0] * 2)
        nothing = self.young[:0]
        refill(self.young, nothing, larger, nothing)
        self.young = larger

    def turn(self) -> None:
        """Begins a generation."""
        self._dropped.append(self.old)
        self.old, self.young = self.young, empty_table(_SMALLEST)

    def turn_back(self) -> None:
        """Undoes the last turn."""
        self.young, self.old = self.old, self._dropped.pop()

    def settle(self) -> None:
        """Lets go of dropped tables."""
        self._dropped.clear()

    @property
    def bytes(self) -> int:
        """Memory in use."""
        return self.young.nbytes + self.old.nbytes
