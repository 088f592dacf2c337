"""Quiet repetition as a fold of the log."""

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


def test_quiet_forgets_a_partition_that_left() -> None:
    """Another process may have told the episode meanwhile, so what is known of a revoked partition is dropped."""
    quiet = QuietEpisodes(100)
    assert quiet.tell(0, ["a"], 0)
    quiet.forget(0)
    assert quiet.tell(0, ["a"], 1)
