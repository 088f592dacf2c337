"""Records are due against the clock, exactly, and never in unbounded bursts."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.pacing import CATCH_UP, NANOSECONDS, SLACK_SECONDS, EventTimePace, FlatOut, SteadyPace
from generator.transactions import Transactions

RATES = st.floats(0.1, 200_000, allow_nan=False)
STEPS = st.lists(st.integers(0, 3 * NANOSECONDS), min_size=1, max_size=60)


def block(times: list[int]) -> Transactions:
    """A block of payments at the given event times."""
    text = [str(number) for number in range(len(times))]
    return Transactions(text, text, text, np.ones(len(times), np.int64), text, np.array(times, np.int64))


ENDLESS = block([0] * 2_000_000)


@given(RATES, STEPS)
def test_steady_pace_at_any_moment_is_never_ahead_and_bounded_in_bursts(rate: float, steps: list[int]) -> None:
    """No more records go than the rate owes, and in any interval no more than the documented bound."""
    pace = SteadyPace(rate)
    now, gone, history = 0, 0, [(0, 0)]
    pace.start(now)
    for step in steps:
        now += step
        gone += pace.due(ENDLESS, 0, now, len(ENDLESS))
        history.append((now, gone))
        assert gone <= math.floor(now * rate / NANOSECONDS)
    for index, (begin, before) in enumerate(history):
        for end, after in history[index + 1 :]:
            seconds = (end - begin) / NANOSECONDS
            assert after - before <= max(1.0, rate * SLACK_SECONDS) + rate * CATCH_UP * seconds + 1e-6


@given(RATES, st.lists(st.integers(1, NANOSECONDS // 11), min_size=1, max_size=200))
def test_steady_pace_without_stalls_is_exact(rate: float, steps: list[int]) -> None:
    """While the loop turns often enough, exactly what is owed has gone: nothing drifts."""
    pace = SteadyPace(rate)
    now = gone = 0
    pace.start(now)
    for step in steps:
        now += step
        gone += pace.due(ENDLESS, 0, now, len(ENDLESS))
        assert gone == math.floor(now * rate / NANOSECONDS)


@given(RATES, st.integers(1, 100))
def test_steady_pace_after_a_stall_catches_up_completely(rate: float, stalled_seconds: int) -> None:
    """What a stall delayed is made good, within about as long as the stall was."""
    pace = SteadyPace(rate)
    pace.start(0)
    now, gone = stalled_seconds * NANOSECONDS, 0
    end = now + round((stalled_seconds + 2 / rate + 1) * NANOSECONDS)
    while now < end:
        gone += pace.due(ENDLESS, 0, now, len(ENDLESS))
        now += math.ceil(pace.wait(ENDLESS, 0, now) * NANOSECONDS)
    gone += pace.due(ENDLESS, 0, now, len(ENDLESS))
    assert gone == math.floor(now * rate / NANOSECONDS)


@given(RATES, st.integers(0, 10 * NANOSECONDS))
def test_steady_pace_when_waited_as_told_has_something_due(rate: float, now: int) -> None:
    """The pause that the pace names ends when a record is due, neither much earlier nor later."""
    pace = SteadyPace(rate)
    pace.start(0)
    while pace.due(ENDLESS, 0, now, len(ENDLESS)):
        pass
    later = now + math.ceil(pace.wait(ENDLESS, 0, now) * NANOSECONDS) + 2
    assert pace.due(ENDLESS, 0, later, len(ENDLESS)) >= 1


@pytest.mark.parametrize("most", [1, 3, 100])
def test_steady_pace_with_a_limit_gives_no_more_at_once(most: int) -> None:
    """At most `most` records, and never more than the block still has."""
    pace = SteadyPace(1000)
    pace.start(0)
    assert pace.due(block([0] * 5), 2, NANOSECONDS, most) == min(most, 3)


def test_flat_out_gives_the_rest_of_the_block() -> None:
    """Without a rate all that is left is due."""
    assert FlatOut().due(block([0] * 5), 2, 0, 100) == 3


def test_event_time_pace_keeps_distances_divided_by_the_factor() -> None:
    """A minute of event time at factor 60 is a second."""
    pace = EventTimePace(0, 60)
    payments = block([0, 60_000, 60_000, 120_000])
    pace.start(0)
    assert pace.due(payments, 0, 0, 100) == 1
    assert pace.wait(payments, 1, 0) == pytest.approx(1.0)
    assert pace.due(payments, 1, NANOSECONDS - 1, 100) == 0
    assert pace.due(payments, 1, NANOSECONDS, 100) == 2
    assert pace.due(payments, 3, 2 * NANOSECONDS, 100) == 1


def test_event_time_pace_with_times_out_of_order_keeps_the_order_of_the_file() -> None:
    """A payment earlier than the one before it goes with that one, in no case before it."""
    pace = EventTimePace(0, 1)
    payments = block([5_000, 1_000, 6_000])
    pace.start(0)
    assert pace.due(payments, 0, 4 * NANOSECONDS, 100) == 0
    assert pace.due(payments, 0, 5 * NANOSECONDS, 100) == 2
    assert pace.due(payments, 2, 6 * NANOSECONDS, 100) == 1
