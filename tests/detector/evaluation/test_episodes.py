"""Alerts that are told as one thing."""

from hypothesis import given
from hypothesis import strategies as st

from detector.evaluation.episodes import episodes
from detector.evaluation.verdicts import Alert


def _alerts(*named: tuple[str, ...]) -> list[Alert]:
    return [Alert(row, names, {}) for row, names in enumerate(named)]


def _rows(groups: list[list[Alert]]) -> list[list[int]]:
    return [[alert.row for alert in group] for group in groups]


def test_alerts_are_put_together_over_others() -> None:
    """A later alert joins two groups; one without episode stands alone."""
    told = _alerts(("a",), ("b",), (), ("c", "d"), ("b", "a"), (), ("d",))
    assert _rows(episodes(told)) == [[0, 1, 4], [2], [3, 6], [5]]


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=3, unique=True).map(tuple), max_size=30))
def test_groups_are_those_of_joining_two_by_two(named: list[tuple[str, ...]]) -> None:
    """Two groups that share a name are one, until none do."""
    groups = [({*names}, [row]) for row, names in enumerate(named)]
    while pair := next(((a, b) for a in groups for b in groups if a is not b and a[0] & b[0]), None):
        groups = [group for group in groups if group not in pair] + [(pair[0][0] | pair[1][0], pair[0][1] + pair[1][1])]
    assert _rows(episodes(_alerts(*named))) == sorted(sorted(rows) for _, rows in groups)


class _Counted(str):
    """A name that counts how often it is looked up."""

    __slots__ = ()
    lookups = 0

    def __hash__(self) -> int:
        _Counted.lookups += 1
        return super().__hash__()


def test_a_chain_of_alerts_takes_steps_in_proportion_to_its_length() -> None:
    """Each alert shares an episode with the one before it, in either order of time."""
    length = 20_000
    for order in (range(length), range(length - 1, -1, -1)):
        chain = _alerts(*((_Counted(f"e{i}"), _Counted(f"e{i + 1}")) for i in order))
        _Counted.lookups = 0
        assert len(episodes(chain)) == 1
        assert _Counted.lookups < 50 * length
