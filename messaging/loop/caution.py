"""Finds the one record that the broker refuses."""

from collections.abc import Mapping

from messaging.loop.positions import Positions
from messaging.partition import Partition


class Caution:
    """Makes transactions smaller after one that failed for a record in it, until that record fails alone.

    A record that the broker refuses surfaces when the transaction commits, without saying which it was, and doing the
    same work again would fail the same way for ever. So the number of records per transaction is halved with every
    failure (15 for a transaction of 30,000 records), doubled with every success, and free again behind the failed one.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = most
        self._until: dict[Partition, int] = {}

    @property
    def limit(self) -> int:
        """Most records the next transaction may hold."""
        return self._limit if self._until else self._most

    @property
    def active(self) -> bool:
        """Says whether every batch must be a transaction of its own."""
        return bool(self._until)

    def refused(self, records: int, reached: Mapping[Partition, int]) -> None:
        """A transaction of `records` records that would have ended at `reached` failed."""
        self._limit = max(1, min(records, self._most) // 2)
        if not self._until:
            self._until = dict(reached)

    def passed(self, positions: Positions) -> None:
        """A transaction has been committed."""
        self._limit = min(self._most, self._limit * 2)
        self._until = {
            partition: end
            for partition, end in self._until.items()
            if positions.owns(partition) and positions.next_offset(partition) < end
        }
