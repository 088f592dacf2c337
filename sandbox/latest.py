"""The latest flagged payments, one per episode."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from sandbox.flagged import Flagged

KEPT = 24


@dataclass(frozen=True, slots=True)
class Episode:
    """The newest flagged payment of an episode, and how many it has had while it was among the latest."""

    newest: Flagged
    times: int = 1


class Latest:
    """Keeps what a page can show: a ring that raises twenty alerts takes one line.

    Delivery: memory only, bounded; threads may note and ask at once.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._episodes: dict[str, Episode] = {}

    def note(self, payment: Flagged) -> None:
        """Notes a flagged payment."""
        with self._lock:
            name = payment.episode or payment.id
            known = self._episodes.pop(name, None)
            self._episodes[name] = Episode(payment, 1 + (known.times if known else 0))
            if len(self._episodes) > KEPT:
                del self._episodes[next(iter(self._episodes))]

    def now(self) -> Sequence[Episode]:
        """The latest, the newest last."""
        with self._lock:
            return tuple(self._episodes.values())
