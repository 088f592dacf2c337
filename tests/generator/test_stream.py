"""The same seed and start give the same payments, however they are taken."""

import re
import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.event_plan import event_plan
from generator.event_times import ClockTimes, ScheduledTimes
from generator.identifiers import account_numbers, uuids
from generator.population import RepeatingPopulation, cumulative_activity
from generator.settings import GeneratorSettings, PopulationName
from generator.stream import stream
from generator.transactions import Transactions

ALPHANUMERIC = set(string.ascii_letters + string.digits)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")


def taken(settings: GeneratorSettings, blocks: int = 3) -> list[Transactions]:
    """The first blocks of a stream."""
    made = stream(settings, event_plan(1000, 1_700_000_000_000))
    return [next(made) for _ in range(blocks)]


@pytest.mark.parametrize("population", ["repeating", "random"])
def test_stream_with_the_same_seed_gives_the_same_records(population: PopulationName) -> None:
    """Ids, accounts, amounts and times agree between two runs."""
    settings = GeneratorSettings(population=population, accounts=100, seed=7)
    for one, other in zip(taken(settings), taken(settings), strict=True):
        assert one.frame().equals(other.frame())


def test_stream_with_another_seed_gives_other_records() -> None:
    """No id and hardly a row is shared."""
    one, other = (taken(GeneratorSettings(accounts=100, seed=seed))[0] for seed in (1, 2))
    assert not set(one.ids) & set(other.ids)
    assert not set(one.sources) & set(other.sources)


def test_repeating_population_is_of_unequal_activity() -> None:
    """The most active account pays about as often as Zipf's law says, and few accounts pay most of the payments."""
    block = taken(GeneratorSettings(accounts=1000, seed=3), blocks=1)[0]
    counts = sorted((block.sources.count(account) for account in set(block.sources)), reverse=True)
    share = cumulative_activity(1000)[0]
    assert counts[0] / len(block) == pytest.approx(share, abs=0.03)
    assert sum(counts[:100]) > len(block) / 2


@given(st.integers(2, 50), st.integers(0, 2**32))
def test_repeating_population_never_pays_itself(accounts: int, seed: int) -> None:
    """Source and target differ, in the smallest population too."""
    payments = RepeatingPopulation(np.random.default_rng(seed), accounts).payments(200)
    assert all(source != target for source, target in zip(payments.sources, payments.targets, strict=True))


def test_random_population_makes_the_records_of_the_tutorial() -> None:
    """12 letters and digits, 1.00 to 1000.00 in whole cents, EUR; about a tenth at 900 or above."""
    block = taken(GeneratorSettings(population="random", seed=5), blocks=1)[0]
    accounts = block.sources + block.targets
    assert all(len(account) == 12 and set(account) <= ALPHANUMERIC for account in accounts)
    assert len(set(accounts)) == len(accounts)
    assert block.amounts.min() >= 100_000
    assert block.amounts.max() <= 100_000_000
    assert not (block.amounts % 1000).any()
    assert (block.amounts >= 90_000_000).mean() == pytest.approx(0.1, abs=0.03)
    assert set(block.currencies) == {"EUR"}


def test_uuids_are_distinct_and_of_version_4() -> None:
    """Each id has the form of RFC 9562, version 4."""
    made = uuids(np.random.default_rng(1), 5000)
    assert len(set(made)) == 5000
    assert all(UUID.match(one) for one in made)


def test_account_numbers_use_every_letter_and_digit() -> None:
    """All 62 characters come up."""
    assert set("".join(account_numbers(np.random.default_rng(1), 1000))) == ALPHANUMERIC


@given(st.floats(0.1, 100_000), st.integers(0, 10_000), st.integers(1, 500), st.integers(1, 500))
def test_scheduled_times_do_not_depend_on_how_they_are_asked_for(rate: float, first: int, one: int, other: int) -> None:
    """Two blocks have the times that one block of both has, ascending, at the rate."""
    times = ScheduledTimes(1000, rate)
    both = times.of(first, one + other)
    assert np.array_equal(both, np.concatenate([times.of(first, one), times.of(first + one, other)]))
    assert (np.diff(both) >= 0).all()
    assert both[-1] == pytest.approx(1000 + (first + one + other) * 1000 / rate, abs=1)


@given(st.integers(1, 10**9), st.floats(1.0001, 1e6), st.floats(0.1, 10_000))
def test_scheduled_times_that_hurry_never_pass_the_clock(behind_ms: int, factor: float, rate: float) -> None:
    """Event time that began in the past reaches the present, keeps pace with it and is never ahead."""
    begin, count = 10**12, 2000
    times = ScheduledTimes(begin, rate, behind_ms=behind_ms, factor=factor).of(0, count)
    clock = begin + behind_ms + np.arange(1, count + 1) * 1000 / rate
    assert (times <= clock + 1).all()
    reached = clock - begin - behind_ms >= behind_ms / (factor - 1)
    assert np.allclose(times[reached], clock[reached], atol=2)


def test_clock_times_are_the_clock() -> None:
    """All payments of a block occur when it is made."""
    assert ClockTimes(lambda: 5_999_999).of(10, 3).tolist() == [5, 5, 5]
