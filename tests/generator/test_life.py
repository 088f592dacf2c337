"""Normal life has its habits, rings are laid into it, and the truth names exactly these."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.casting import Casting
from generator.errors import OptionError
from generator.event_plan import EventPlan
from generator.event_times import DailyRhythm, ScheduledTimes
from generator.life.club_fees import ClubFees
from generator.life.everyday import Everyday
from generator.life.payday import Payday
from generator.life.rent import Rent
from generator.life.shared_bills import SharedBills
from generator.life.society import Society
from generator.life.standing_orders import StandingOrders
from generator.life.timeline import Injection, Timeline
from generator.patterns.registry import PATTERNS
from generator.patterns.story import story_named
from generator.settings import GeneratorSettings
from generator.step import DAY, Step
from generator.stream import stream
from generator.transactions import Transactions

BEGIN_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z."""

JANUARY = [date(2026, 1, 1) + timedelta(days=day) for day in range(31)]


def society(accounts: int = 1000, seed: int = 1) -> Society:
    """A society."""
    return Society.of(np.random.default_rng(seed), accounts)


def month(habit: Payday | Rent | StandingOrders, seed: int = 5) -> list[tuple[date, Step]]:
    """All payments of a habit in January."""
    rng = np.random.default_rng(seed)
    return [(day, step) for day in JANUARY for step in habit.on(day, rng)]


def lived(blocks: int, share: float = 0.03, **given_settings: object) -> list[Transactions]:
    """The first blocks of a life at 600 payments a day."""
    wanted = GeneratorSettings(population="life", accounts=2000, seed=9, fraud_share=share, **given_settings)  # type: ignore[arg-type]
    made = stream(wanted, EventPlan(DailyRhythm(BEGIN_MS, 600), 600))
    return [next(made) for _ in range(blocks)]


def test_society_gives_every_role_to_different_accounts() -> None:
    """No account has two roles, nobody is left out."""
    made = society(1000)
    roles = [made.people, made.merchants, made.employers, made.landlords, made.clubs]
    assert sum(map(len, roles)) == len({account for role in roles for account in role}) == 1000
    assert all(society(100).__getattribute__(name) for name in ("people", "merchants", "employers", "clubs"))
    with pytest.raises(OptionError, match="100 accounts or more"):
        society(99)


def test_payday_pays_the_same_wages_every_month() -> None:
    """One payer for many, the same day and amounts a month later, but for the few who changed banks."""
    habit, rng = Payday(society(), np.random.default_rng(2), 500), np.random.default_rng(3)
    months = [
        Counter((step.source, step.cents) for day in range(1, 29) for step in habit.on(date(2026, number, day), rng))
        for number in (1, 2)
    ]
    assert months[0] == months[1]
    assert months[0].total() == 500
    staff = Counter(source for source, _ in months[0].elements())
    assert max(staff.values()) > 10


def test_rent_is_paid_by_many_to_one_in_the_first_days() -> None:
    """Days 1 to 5; amounts of one landlord lie within a fifth of each other; a few landlords collect from many."""
    paid = month(Rent(society(), np.random.default_rng(2), 400))
    assert len(paid) == 400
    assert {day.day for day, _ in paid} <= {1, 2, 3, 4, 5}
    for landlord in {step.target for _, step in paid}:
        rents = [step.cents for _, step in paid if step.target == landlord]
        assert max(rents) <= 1.25 * min(rents)
    assert len({step.target for _, step in paid}) <= 20


def test_standing_orders_come_every_month_alike() -> None:
    """The same payer, payee and amount on the same day of another month."""
    habit, rng = StandingOrders(society(), np.random.default_rng(2), 300), np.random.default_rng(3)
    for day in (1, 15, 28):
        one, other = (sorted(step[1:] for step in habit.on(date(2026, number, day), rng)) for number in (1, 2))
        assert one == other
        assert one


def test_club_fees_are_a_benign_fan_in_of_equal_amounts() -> None:
    """Eight members or more pay one club the same within three weeks, once a year."""
    habit, rng = ClubFees(society(), np.random.default_rng(2)), np.random.default_rng(3)
    paid = [
        (number, step) for number in range(365) for step in habit.on(date(2026, 1, 1) + timedelta(days=number), rng)
    ]
    for club in {step.target for _, step in paid}:
        fees = [(number, step) for number, step in paid if step.target == club]
        assert 8 <= len({step.source for _, step in fees}) == len(fees)
        assert len({step.cents for _, step in fees}) == 1
        assert max(number for number, _ in fees) - min(number for number, _ in fees) < 21


def test_shared_bills_are_small_fan_ins_among_friends() -> None:
    """Equal shares from different people to one of them."""
    habit, rng = SharedBills(society()), np.random.default_rng(3)
    paid = [step for day in JANUARY for step in habit.on(day, rng)]
    assert paid
    assert all(step.source != step.target and step.cents <= 6_000 for step in paid)


def test_everyday_payments_mostly_use_links_that_were_used_before() -> None:
    """After some weeks most payments go where the payer paid before, and some do not."""
    filler = Everyday(society(300), np.random.default_rng(4))
    seen: set[tuple[str, str]] = set()
    for _ in range(10):
        payments = filler.payments(2000)
        links = list(zip(payments.sources, payments.targets, strict=True))
        known = sum(link in seen for link in links) / len(links)
        seen.update(links)
    assert 0.6 < known < 0.95
    assert all(source != target for source, target in seen)
    assert payments.amounts.min() > 0


def test_stream_of_life_with_the_same_seed_gives_the_same_records_and_truth() -> None:
    """Records and truth agree between two runs."""
    for one, other in zip(lived(4), lived(4), strict=True):
        assert one.frame().equals(other.frame())
        assert one.truths == other.truths


def test_stream_of_life_is_in_order_of_time_with_truths_of_its_own_ids() -> None:
    """Event times ascend over blocks; each truth names the id in its row; every pattern comes up."""
    blocks = lived(12)
    times = np.concatenate([block.occurred_at for block in blocks])
    assert (np.diff(times) >= 0).all()
    truths = [truth for block in blocks for truth in block.truths.values()]
    assert all(block.ids[row] == truth.id for block in blocks for row, truth in block.truths.items())
    assert {truth.pattern for truth in truths} == {pattern.name for pattern in PATTERNS}
    assert len(truths) / len(times) == pytest.approx(0.03, abs=0.02)


def test_stream_of_life_without_fraud_has_no_truth() -> None:
    """A share of nothing injects nothing."""
    assert not any(block.truths for block in lived(3, share=0.0))


def test_stream_of_life_has_hard_negatives() -> None:
    """Without any fraud some accounts are paid by more than 20 others within a day."""
    frame = pl.concat([block.frame() for block in lived(6, share=0.0)])
    daily = frame.group_by("target", pl.col("occurred_at").dt.date()).agg(pl.col("source").n_unique())
    assert daily["source"].max() > 20


def test_timeline_with_given_starts_injects_each_ring_whole() -> None:
    """As many rings as starts; a ring's payments follow its start as planned, to within a slot or two."""
    story = story_named("exact")
    injection = Injection([story], 0.0, starts=[100, 400])
    people = [f"P{number}" for number in range(100)]
    rng = np.random.default_rng(1)
    timeline = Timeline([], Casting(people, [1] * 100), injection, rng, rng)
    times = ScheduledTimes(BEGIN_MS, 600 / 86400).of(0, 2000).tolist()
    placed = [
        (number + slot, one)
        for number in (0, 1000)
        for slot, one in timeline.due(number, times[number : number + 1000])
    ]
    assert Counter(one.ring for _, one in placed) == {"story_exact-1": 50, "story_exact-2": 50}
    for ring, start in (("story_exact-1", 100), ("story_exact-2", 400)):
        slots = [slot for slot, one in placed if one.ring == ring]
        assert slots[0] == start
        assert times[slots[-1]] - times[slots[0]] <= DAY


@settings(max_examples=40)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=12), st.integers(0, 1000))
def test_timeline_gives_the_same_payments_however_blocks_are_cut(cuts: list[int], seed: int) -> None:
    """Slots taken do not depend on where a block ends, and no slot is taken twice."""
    times = ScheduledTimes(BEGIN_MS, 600 / 86400).of(0, sum(cuts)).tolist()
    people = [f"P{number}" for number in range(100)]

    def placed(lengths: list[int]) -> list[tuple[int, Step]]:
        rng = np.random.default_rng(seed)
        timeline = Timeline([], Casting(people, [1000] * 100), Injection(PATTERNS, 0.2), rng, np.random.default_rng(7))
        found, first = [], 0
        for length in lengths:
            found += [(first + slot, one.step) for slot, one in timeline.due(first, times[first : first + length])]
            first += length
        return found

    whole = placed([sum(cuts)])
    assert placed(cuts) == whole
    assert len({slot for slot, _ in whole}) == len(whole)


@given(st.integers(1, 20_000), st.integers(0, 5000), st.integers(1, 300))
def test_daily_rhythm_gives_the_number_a_day_and_ascends(daily: int, first: int, count: int) -> None:
    """Times ascend and payment n falls on day n / daily."""
    times = DailyRhythm(BEGIN_MS, daily).of(first, count)
    assert (np.diff(times) >= 0).all()
    days = (times - BEGIN_MS) / DAY
    expected = np.arange(first, first + count) / daily
    assert (np.floor(days) >= np.floor(expected)).all()
    assert (days <= np.ceil(expected + 1 / daily) + 1e-6).all()


@given(st.integers(0, 20 * DAY), st.integers(0, 5 * DAY), st.integers(0, 5 * DAY))
def test_daily_rhythm_after_a_span_keeps_days_and_order(at_ms: int, span_ms: int, other_ms: int) -> None:
    """A whole number of days is that number of days; a longer span never ends earlier; two spans add up."""
    times, at_ms = DailyRhythm(BEGIN_MS, 600), BEGIN_MS + at_ms
    for days in (0, 1, 3):
        assert times.after(at_ms, days * DAY) == pytest.approx(at_ms + days * DAY, abs=2)
    assert times.after(at_ms, min(span_ms, other_ms)) <= times.after(at_ms, max(span_ms, other_ms))
    assert times.after(times.after(at_ms, span_ms), other_ms) == pytest.approx(
        times.after(at_ms, span_ms + other_ms), abs=50
    )


def test_rings_keep_the_hours_that_everybody_keeps() -> None:
    """By night there is as little of them as of normal life: the time of day does not give them away."""
    blocks = lived(30, share=0.05)
    hours = np.concatenate([block.occurred_at for block in blocks]) // (3600 * 1000) % 24
    rows = np.concatenate([[row in block.truths for row in range(len(block))] for block in blocks])
    night = hours < 6
    assert night[rows].mean() == pytest.approx(night.mean(), abs=0.03)
