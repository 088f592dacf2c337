"""Each injected pattern has the shape that its name says, whatever is drawn."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.casting import Casting
from generator.errors import OptionError
from generator.patterns.pattern import Pattern
from generator.patterns.registry import PATTERNS, patterns_named
from generator.patterns.story import STORIES, story_named
from generator.step import HOUR, MINUTE, Step

PEOPLE = [f"P{number:03}" for number in range(200)]
CASTING = Casting(PEOPLE, [4_000 + number for number in range(200)])
SEEDS = st.integers(0, 2**32)


def ring_of(name: str, seed: int, stretch: float = 1.0) -> list[Step]:
    """One ring of the pattern of this name."""
    return list(patterns_named([name])[0].ring(np.random.default_rng(seed), CASTING, stretch))


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
@given(seed=SEEDS, stretch=st.sampled_from([0.01, 1.0, 10.0]))
def test_ring_of_any_pattern_is_a_list_of_payments_in_order_of_time(
    pattern: Pattern, seed: int, stretch: float
) -> None:
    """Times ascend, amounts are above nothing, no account pays itself, the same seed gives the same ring."""
    ring = list(pattern.ring(np.random.default_rng(seed), CASTING, stretch))
    assert ring
    assert all(before.after_ms <= after.after_ms for before, after in pairwise(ring))
    assert all(step.after_ms >= 0 and step.cents > 0 and step.source != step.target for step in ring)
    assert ring == list(pattern.ring(np.random.default_rng(seed), CASTING, stretch))


@pytest.mark.parametrize("name", ["fan_in", "fan_out", "structuring", "cycle", "scatter_gather", "takeover"])
@given(seed=SEEDS)
def test_ring_that_is_stretched_takes_longer_by_the_factor(name: str, seed: int) -> None:
    """The same payments, ten times as far apart."""
    ring, slow = ring_of(name, seed), ring_of(name, seed, 10.0)
    assert [step._replace(after_ms=0) for step in ring] == [step._replace(after_ms=0) for step in slow]
    assert slow[-1].after_ms == pytest.approx(10 * ring[-1].after_ms, abs=100, rel=1e-3)


@given(SEEDS)
def test_fan_in_has_many_payers_and_one_payee(seed: int) -> None:
    """6 to 20 different senders, one collector, within 36 hours."""
    ring = ring_of("fan_in", seed)
    assert 6 <= len({step.source for step in ring}) == len(ring) <= 20
    assert len({step.target for step in ring}) == 1
    assert ring[-1].after_ms <= 36 * HOUR


@given(SEEDS)
def test_fan_out_has_one_payer_and_many_payees(seed: int) -> None:
    """6 to 20 different receivers, one distributor, within 36 hours."""
    ring = ring_of("fan_out", seed)
    assert 6 <= len({step.target for step in ring}) == len(ring) <= 20
    assert len({step.source for step in ring}) == 1
    assert ring[-1].after_ms <= 36 * HOUR


@given(SEEDS)
def test_structuring_stays_just_below_the_limit(seed: int) -> None:
    """Four payments or more to one account, each 88 to 99 % of 1000.00."""
    ring = ring_of("structuring", seed)
    assert len(ring) >= 4
    assert len({step.target for step in ring}) == 1
    assert all(88_000 <= step.cents < 100_000 for step in ring)


@given(SEEDS)
def test_pass_through_passes_most_of_it_on(seed: int) -> None:
    """The mule gets first and pays then, four fifths of it or more, never more than it got."""
    ring = ring_of("pass_through", seed)
    mule = ring[0].target
    came = sum(step.cents for step in ring if step.target == mule)
    went = sum(step.cents for step in ring if step.source == mule)
    assert 0.79 * came <= went <= came
    first_out = min(step.after_ms for step in ring if step.source == mule)
    assert all(step.after_ms < first_out for step in ring if step.target == mule)


@given(SEEDS)
def test_cycle_returns_to_its_origin(seed: int) -> None:
    """Each payment is made by who was paid before; the last goes to the first payer."""
    ring = ring_of("cycle", seed)
    assert 3 <= len(ring) <= 8
    assert all(before.target == after.source for before, after in pairwise(ring))
    assert ring[-1].target == ring[0].source
    assert all(before.cents >= after.cents for before, after in pairwise(ring))


@given(SEEDS)
def test_scatter_gather_goes_through_every_go_between(seed: int) -> None:
    """Each go-between is paid by the origin and pays the collector later, not more than it got."""
    ring = ring_of("scatter_gather", seed)
    origin = ring[0].source
    paid = {step.target: step for step in ring if step.source == origin}
    gathered = [step for step in ring if step.source != origin]
    assert len(ring) == 2 * len(paid) == 2 * len(gathered)
    assert len({step.target for step in gathered}) == 1
    for step in gathered:
        assert step.after_ms > paid[step.source].after_ms
        assert step.cents <= paid[step.source].cents


@given(SEEDS)
def test_spike_is_far_above_what_the_account_usually_pays(seed: int) -> None:
    """At least eight times the usual, to an account nobody knows."""
    for step in ring_of("spike", seed):
        assert step.cents >= 8 * CASTING.usual_cents(step.source) - 1
        assert step.target not in PEOPLE


@given(SEEDS)
def test_takeover_tries_first_and_drains_within_two_hours(seed: int) -> None:
    """A small payment, then at least three that are twice the usual or more, all to accounts nobody knows."""
    trial, *drains = ring_of("takeover", seed)
    assert trial.cents < 500
    assert len(drains) >= 3
    assert {step.source for step in drains} == {trial.source}
    assert all(step.cents >= 2 * CASTING.usual_cents(trial.source) - 1 for step in drains)
    assert not {step.target for step in (trial, *drains)} & set(PEOPLE)
    assert drains[-1].after_ms <= 120 * MINUTE


def test_patterns_named_without_a_name_are_all() -> None:
    """All eight; a name chooses one, an unknown one is refused with the list."""
    assert patterns_named([]) == PATTERNS
    assert len({pattern.name for pattern in PATTERNS}) == 8
    with pytest.raises(OptionError, match="fan_in, fan_out"):
        patterns_named(["robbery"])


@pytest.mark.parametrize(
    ("name", "payments", "senders", "hours", "lowest", "highest"),
    [
        ("exact", 50, 50, 24, 100_000, 100_000),
        ("jitter", 50, 50, 24, 95_000, 105_000),
        ("below", 50, 50, 24, 85_000, 89_900),
        ("slower", 49, 49, 26, 100_000, 100_000),
        ("one_sender", 50, 1, 24, 100_000, 100_000),
    ],
)
def test_story_has_the_numbers_of_its_case(
    name: str, payments: int, senders: int, hours: int, lowest: int, highest: int
) -> None:
    """Payments, senders, hours and amounts of the table; one collector."""
    ring = story_named(name).ring(np.random.default_rng(4), CASTING, 1.0)
    assert (len(ring), len({step.source for step in ring}), len({step.target for step in ring})) == (
        payments,
        senders,
        1,
    )
    assert ring[-1].after_ms <= hours * HOUR
    assert all(lowest <= step.cents <= highest for step in ring)


def test_story_that_is_unknown_is_refused_with_the_list() -> None:
    """The message lists the cases; only the single sender is no fraud."""
    with pytest.raises(OptionError, match="exact, jitter, below, slower, one_sender"):
        story_named("tale")
    assert [story.name for story in STORIES if not story.fraud] == ["story_one_sender"]


def test_casting_takes_each_member_once_and_mostly_ordinary_people() -> None:
    """Members differ; about four fifths have a life beside the ring."""
    rng = np.random.default_rng(1)
    counts = Counter(member in PEOPLE for _ in range(50) for member in set(CASTING.members(rng, 20)))
    assert counts.total() == 1000
    assert 0.7 < counts[True] / 1000 < 0.9
