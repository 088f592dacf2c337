"""Quiet repetition as a fold of the log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.alerts.quiet import QuietEpisodes

HITS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 1000)), max_size=60)


@given(HITS, st.integers(0, 300))
def test_quiet_matches_the_plain_definition(hits: list[tuple[str, int]], quiet_ms: int) -> None:
    """A hit is told exactly if its episode was not told within the quiet time, by the records' own times."""
    quiet, told = QuietEpisodes(quiet_ms), dict[str, int]()
    for episode, at in hits:
        expected = episode not in told or abs(at - told[episode]) >= quiet_ms
        assert quiet.tell(0, [episode], at) is expected
        if expected:
            told[episode] = at


@given(HITS, st.integers(0, 300), st.integers(0, 60))
def test_quiet_decides_the_same_after_a_restart(hits: list[tuple[str, int]], quiet_ms: int, cut: int) -> None:
    """Folding the records before the restart again leads to the same decisions behind it."""
    whole = QuietEpisodes(quiet_ms)
    expected = [whole.tell(0, [episode], at) for episode, at in hits]
    again = QuietEpisodes(quiet_ms)
    assert [again.tell(0, [episode], at) for episode, at in hits[:cut]] == expected[:cut]
    assert [again.tell(0, [episode], at) for episode, at in hits[cut:]] == expected[cut:]


def test_quiet_tells_a_hit_that_opens_one_of_several_episodes() -> None:
    """A payment that updates one quiet episode and opens another is told."""
    quiet = QuietEpisodes(100)
    assert quiet.tell(0, ["a"], 0)
    assert quiet.tell(0, ["a", "b"], 1)
    assert not quiet.tell(0, ["a", "b"], 2)


def test_quiet_holds_in_all_partitions() -> None:
    """The hits of an episode lie in several partitions; told from one of them, it is quiet in all."""
    quiet = QuietEpisodes(100)
    assert quiet.tell(0, ["a"], 1000)
    assert not quiet.tell(1, ["a"], 1050)
    assert not quiet.tell(2, ["a"], 901)
    assert quiet.tell(1, ["a"], 1100)


def test_quiet_holds_where_partitions_are_read_one_after_the_other() -> None:
    """A partition that is far behind tells an episode once for its own time, and takes no quiet from the others."""
    quiet = QuietEpisodes(100)
    assert [quiet.tell(0, ["a"], at) for at in (1000, 1100, 1200)] == [True] * 3
    assert [quiet.tell(1, ["a"], at) for at in (500, 501, 502)] == [True, False, False]
    assert not quiet.tell(0, ["a"], 1299)
    assert quiet.tell(0, ["a"], 1300)


def test_quiet_forgets_the_episode_told_longest_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded; what falls out of it may be told again."""
    monkeypatch.setattr("detector.alerts.quiet.MAX_EPISODES", 2)
    quiet = QuietEpisodes(100)
    assert all(quiet.tell(0, [episode], 0) for episode in "abc")
    assert not quiet.tell(0, ["c"], 1)
    assert not quiet.tell(0, ["b"], 1)
    assert quiet.tell(0, ["a"], 1)
