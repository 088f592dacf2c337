"""Quiet repetition: an episode that has just been told is not told again for a while."""

from collections import OrderedDict
from collections.abc import Iterable

MAX_EPISODES = 100_000
"""Bound on the memory; the episode told longest ago is forgotten first, and may then be told again."""


class QuietEpisodes:
    """Says which flagged records are told, as a fold of the fraud topic.

        record timestamps  ──t0──────t1────t2───────────────t3──▶
                             told    quiet quiet            told   (t3 - t0 ≥ quiet)

    Time is the records' own, never the wall clock, so reading the same records again decides the same.

    Args:
        quiet_ms: Milliseconds an episode stays quiet after it was told; 0 tells every hit.

    Delivery: kept in memory only. After a restart it is folded again from records of the last `quiet_ms`; an episode
    told before those is told again, as it would have been. Suppressed hits are counted by the caller.
    """

    def __init__(self, quiet_ms: int) -> None:
        self._quiet_ms = quiet_ms
        self._told: OrderedDict[tuple[int, str], int] = OrderedDict()

    def tell(self, partition: int, episodes: Iterable[str], timestamp_ms: int) -> bool:
        """Whether the record is told: any of its episodes was not told in the last `quiet_ms`; remembers it if so."""
        keys = [(partition, episode) for episode in episodes]
        if all(self._is_quiet(key, timestamp_ms) for key in keys):
            return False
        for key in keys:
            self._told[key] = timestamp_ms
            self._told.move_to_end(key)
        while len(self._told) > MAX_EPISODES:
            self._told.popitem(last=False)
        return True

    def forget(self, partition: int) -> None:
        """Drops what was folded from a partition that is no longer read here."""
        for key in [key for key in self._told if key[0] == partition]:
            del self._told[key]

    def _is_quiet(self, key: tuple[int, str], timestamp_ms: int) -> bool:
        told = self._told.get(key)
        return told is not None and abs(timestamp_ms - told) < self._quiet_ms
