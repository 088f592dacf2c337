"""How surprising a count is."""

import math
from fractions import Fraction
from math import comb

import pytest

from detector.windows.rates import SURPRISE_CAP, surprise


def _exact(count: int, events: int, days: int, window: int) -> float:
    """-log10 of the probability, summed up in fractions: counts until the events-th failure are negative binomial."""
    odds = Fraction(window, window + days)
    below = sum(comb(n + events - 1, n) * odds**n for n in range(count)) * (1 - odds) ** events
    left = 1 - below
    return math.log10(left.denominator) - math.log10(left.numerator)


def _poisson(count: int, expected: float) -> float:
    terms = [math.exp(-expected) * expected**n / math.factorial(n) for n in range(count, count + 80)]
    return -math.log10(math.fsum(terms))


@pytest.mark.parametrize("days", [1, 5, 40])
@pytest.mark.parametrize("window", [1, 3, 7])
@pytest.mark.parametrize("events", [1, 2, 7])
@pytest.mark.parametrize("count", [1, 2, 5, 12])
def test_surprise_equals_the_exact_sum(count: int, events: int, days: int, window: int) -> None:
    """Above what is expected, to nine digits; not above it, nothing."""
    found = surprise(count, float(events), float(days), float(window))
    if count * days <= events * window:
        assert found == 0.0
    else:
        assert found == pytest.approx(_exact(count, events, days, window), rel=1e-9)


@pytest.mark.parametrize("count", [1, 2, 5, 12])
def test_surprise_is_that_of_poisson_where_the_rate_is_known_well(count: int) -> None:
    """A hundred thousand days at half a payment a day."""
    assert surprise(count, 50_000.0, 100_000.0, 1.0) == pytest.approx(_poisson(count, 0.5), rel=1e-3)


def test_surprise_grows_with_the_days_that_are_known() -> None:
    """Five strangers a day surprise little of an account seen since yesterday, and much of one quiet for weeks."""
    surprises = [surprise(5, 0.1 + 0.02 * days, 5.0 + days, 1.0) for days in (0, 1, 7, 30)]
    assert surprises == sorted(surprises)
    assert surprises[-1] - surprises[0] > 2.0


@pytest.mark.parametrize(
    ("count", "events", "expected"),
    [(0, 1.0, 0.0), (1, 0.0, SURPRISE_CAP), (256, 0.01, SURPRISE_CAP), (256, 100_000.0, 0.0)],
)
def test_surprise_stays_in_bounds(count: int, events: float, expected: float) -> None:
    """Nothing counted, an impossible rate, more than a float can hold, and far below the expected."""
    assert surprise(count, events, 40.0, 1.0) == expected


def test_surprise_of_a_busy_account_does_not_run_out_of_range() -> None:
    """A shop of two hundred customers a day who are fifty more today."""
    assert 2.0 < surprise(250, 200.0 * 45, 45.0, 1.0) < 10.0
