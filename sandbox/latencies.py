"""How long payments take from being handed over to being read from an output topic."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from threading import Lock

EVERY = 8
"""One payment in so many is timed."""

NEWEST = 2_000


class Latencies:
    """Times a part of the payments; event times tell nothing where they do not go with the clock.

    Delivery: memory only; a timed payment is forgotten when it is found.

    Args:
        clock: Seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._due: dict[int, str] = {}
        self._handed_over: dict[str, float] = {}
        self._given = self._gone = 0
        self._seconds: deque[float] = deque(maxlen=NEWEST)

    def expect(self, ids: Sequence[str]) -> None:
        """Payments that will be handed over next, in order."""
        with self._lock:
            first = -self._given % EVERY
            self._due.update((self._given + place, ids[place]) for place in range(first, len(ids), EVERY))
            self._given += len(ids)

    def hand_over(self) -> None:
        """One more payment is handed over."""
        if self._gone % EVERY == 0:
            with self._lock:
                self._handed_over[self._due.pop(self._gone, "")] = self._clock()
        self._gone += 1

    def found(self, ids: Iterable[str]) -> None:
        """Payments that were read again."""
        with self._lock:
            now = self._clock()
            self._seconds.extend(now - self._handed_over.pop(name) for name in ids if name in self._handed_over)

    def clear(self) -> None:
        """Forgets what was measured so far."""
        with self._lock:
            self._seconds.clear()

    def middle_and_worst(self) -> tuple[float, float] | None:
        """Median and 99th percentile of the newest, in seconds; None before the first."""
        with self._lock:
            taken = sorted(self._seconds)
        return (taken[len(taken) // 2], taken[len(taken) * 99 // 100]) if taken else None
