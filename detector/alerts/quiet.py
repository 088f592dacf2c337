"""Quiet repetition: an episode that has just been told is not told again for a while."""

from collections import OrderedDict
from collections.abc import Iterable

MAX_EPISODES = 100_000
"""Bound on the memory; the episode told longest ago is forgotten first, and may then be told again."""


class QuietEpisodes:
    """Says which flagged records are told, as a fold of the fraud topic.

        record timestamps  ──t0──────t1────t2───────────────t3──▶
                             told    quiet quiet            told   (t3 - t0 ≥ quiet)

    Time is the records' own, never the wall clock, so reading the same records again decides the same. The hits of an
    episode lie in the partitions of its payers. Partitions may be read hours of event time apart, so the last time an
    episode was told is kept by partition; a hit is quiet where any of these times is near.

    Args:
        quiet_ms: Milliseconds an episode stays quiet after it was told; 0 tells every hit.

    Delivery: kept in memory only. After a restart it is folded again from records of the last `quiet_ms`; an episode
    told before those is told again, as it would have been. Suppressed hits are counted by the caller. Members of one
    group do not know what the others have told: an episode with hits in the partitions of several is told by each.
    """

    def __init__(self, quiet_ms: int) -> None:
        self._quiet_ms = quiet_ms
        self._told: OrderedDict[str, dict[int, int]] = OrderedDict()

    def tell(self, partition: int, episodes: Iterable[str], timestamp_ms: int) -> bool:
        """Whether the record is told: any of its episodes was not told in the last `quiet_ms`; remembers it if so."""
        named = list(episodes)
        if all(self._is_quiet(episode, timestamp_ms) for episode in named):
            return False
        for episode in named:
            self._told.setdefault(episode, {})[partition] = timestamp_ms
            self._told.move_to_end(episode)
        while len(self._told) > MAX_EPISODES:
            self._told.popitem(last=False)
        return True

    def _is_quiet(self, episode: str, timestamp_ms: int) -> bool:
        return any(abs(timestamp_ms - told) < self._quiet_ms for told in self._told.get(episode, {}).values())
