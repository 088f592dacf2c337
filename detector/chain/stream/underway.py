"""Batches between their first half and their second."""

from collections import deque
from collections.abc import Callable
from typing import Final

from detector.chain.stream.lanes import Lanes

MOST: Final = 1
"""Batches whose second half waits until the next one has been given to the threads."""


class Underway:
    """Batches given to the threads whose outputs are still to be sent, oldest first.

    So the threads judge one batch while the loop's thread sends what the one before gave and decodes the next.

    Delivery: everything is sent before the transaction commits, since `finish` comes first; what a transaction leaves
    behind that does not commit is dropped.

    Args:
        lanes: The threads.
    """

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._rest: deque[Callable[[], None]] = deque()

    def add(self, send: Callable[[], None]) -> None:
        """A batch that was begun; `send` waits for its threads. The second half of older ones is done now.

        Raises:
            Exception: of an older batch.
        """
        self._rest.append(send)
        self.finish(MOST)

    def finish(self, left: int = 0) -> None:
        """Does the second half of all batches but the latest `left`.

        Raises:
            Exception: of a batch; the rest are dropped when the transaction is.
        """
        while len(self._rest) > left:
            self._rest.popleft()()

    def drop(self) -> None:
        """Forgets all of them, once no thread writes to the state any more."""
        self._lanes.wait()
        self._rest.clear()
