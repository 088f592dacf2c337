"""The usual rate of an account, and how surprising a count is against it."""
# ruff: noqa: PLR0917 - kernels take tables one by one; objects that hold them do not compile
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

import math

import numpy as np

from detector.windows.arena import put, put_float
from detector.windows.kernel import kernel
from detector.windows.layout import (
    AT_RATES,
    I64,
    N_RATES,
    NEVER,
    POPULATION_WORDS,
    POPULATIONS,
    R_ADAPTIVE,
    R_CAP,
    R_GROWTH,
    R_MU,
    R_PRIOR,
    R_SHRINK,
    R_WEIGHT,
    RATE_COLUMNS,
    RATE_WORDS,
    S_RATES,
    Arena,
)

DAY = 86_400_000
SURPRISE_CAP = 99.0
SMALLEST = 1e-200
"""Below this a probability is beyond the cap, and its logarithm not worth taking."""
_LOG10 = math.log(10.0)


@kernel
def surprise(count: int, events: float, days: float, window: float) -> float:
    """-log10 of the probability of `count` or more in `window` days after `events` in `days` days, at most 99.

    Poisson at a rate that is known no better than these days tell, which is gamma(events, days); together that is the
    negative binomial distribution (Gelman et al., Bayesian Data Analysis, 2.6). With p = window / (window + days)::

        P(n) = (1 - p)^events * product over i < n of p (events + i) / (i + 1)

    A count that is not above the expected one is no surprise.
    """
    if count * days <= events * window:
        return 0.0
    if events <= 0.0:
        return SURPRISE_CAP
    odds, product = window / (window + days), 1.0
    for step in range(count):
        product *= odds * (events + step) / (step + 1)
    if product < SMALLEST:
        return SURPRISE_CAP
    total, term, step = 1.0, 1.0, count
    while term > 1e-12 * total:
        term *= odds * (events + step) / (step + 1)
        total += term
        step += 1
    return min(SURPRISE_CAP, max(0.0, -(events * math.log(1.0 - odds) + math.log(product * total)) / _LOG10))


@kernel
def rate_parameter(plan: I64, rate: int, parameter: int) -> float:
    """One of the numbers R_* of a rate."""
    return plan.view(np.float64)[plan[AT_RATES] + rate * RATE_COLUMNS + parameter]


@kernel
def tick(arena: Arena, plan: I64, rate: int, time: int, joined: int, events: int) -> None:
    """Moves the population of a rate on to `time`: known accounts gather exposure, then `joined` and `events` count.

    A population is four words: decayed events, decayed account-days, time of both, accounts.
    """
    at = POPULATIONS + rate * POPULATION_WORDS
    words, floats = arena.words, arena.words.view(np.float64)
    mu = rate_parameter(plan, rate, R_MU)
    if words[at + 2] == NEVER:
        words[at + 2] = time
    elif time > words[at + 2]:
        kept = math.exp(-mu * (time - words[at + 2]) / DAY)
        floats[at] *= kept
        floats[at + 1] = floats[at + 1] * kept + words[at + 3] * (1.0 - kept) / mu
        words[at + 2] = time
    if joined:
        words[at + 3] += joined
    if events:
        floats[at] += events


@kernel
def population_rate(arena: Arena, plan: I64, rate: int) -> float:
    """Events per account and day: of all accounts, and of as many account-days as the expectation is worth."""
    prior, weight = rate_parameter(plan, rate, R_PRIOR), rate_parameter(plan, rate, R_WEIGHT)
    if rate_parameter(plan, rate, R_ADAPTIVE) == 0.0:
        return prior
    at, floats = POPULATIONS + rate * POPULATION_WORDS, arena.words.view(np.float64)
    return (floats[at] + prior * weight) / (floats[at + 1] + weight)


@kernel
def known_days(arena: Arena, plan: I64, row: int, rate: int, now: int) -> float:
    """Decayed days that are known of an account: since its first event, or as many as accounts have on average.

    An account without events was silent for as long as others have been seen: next to nothing in the first days of a
    log, and weeks later on.
    """
    at, population = row + plan[S_RATES] + rate * RATE_WORDS, POPULATIONS + rate * POPULATION_WORDS
    words = arena.words
    days = 0.0
    if words[at + 2] != 0:
        mu = rate_parameter(plan, rate, R_MU)
        days = (1.0 - math.exp(-mu * (now - words[at]) / DAY)) / mu
    if words[population + 3] == 0:
        return days
    return max(days, words.view(np.float64)[population + 1] / words[population + 3])


@kernel
def known_events(arena: Arena, plan: I64, row: int, rate: int, now: int) -> float:
    """Decayed events of an account on days that are over."""
    at = row + plan[S_RATES] + rate * RATE_WORDS
    events = arena.words.view(np.float64)[at + 3]
    if events > 0.0:
        events *= math.exp(-rate_parameter(plan, rate, R_MU) * (now - arena.words[at + 4]) / DAY)
    return events


@kernel
def known(arena: Arena, plan: I64, row: int, rate: int, now: int) -> tuple[float, float]:
    """Events and days that are known of an account, with some days at the population's rate on top."""
    shrink = rate_parameter(plan, rate, R_SHRINK)
    events = known_events(arena, plan, row, rate, now) + shrink * population_rate(arena, plan, rate)
    return events, known_days(arena, plan, row, rate, now) + shrink


@kernel
def unusual(arena: Arena, plan: I64, row: int, rate: int, now: int, count: int, window: float) -> float:
    """Surprise of a count in a window of so many days, by what is known of the account."""
    events, days = known(arena, plan, row, rate, now)
    return surprise(count, events, days, window)


@kernel
def usual(arena: Arena, plan: I64, row: int, rate: int, now: int) -> float:
    """Expected events per day of the account."""
    events, days = known(arena, plan, row, rate, now)
    return events / days


@kernel
def count_event(arena: Arena, plan: I64, row: int, rate: int, now: int) -> None:
    """Adds an event to the open day; a day that is over goes into the rate, by its cap or its growth at most."""
    at = row + plan[S_RATES] + rate * RATE_WORDS
    words, floats = arena.words, arena.words.view(np.float64)
    if words[at + 2] == 0:
        put(arena, at, now)
        put(arena, at + 1, now)
        put(arena, at + 2, 1)
    elif now - words[at + 1] >= DAY:
        growth = rate_parameter(plan, rate, R_GROWTH)
        most = max(rate_parameter(plan, rate, R_CAP), growth * usual(arena, plan, row, rate, words[at + 1]))
        kept = floats[at + 3]
        if kept > 0.0:
            kept *= math.exp(-rate_parameter(plan, rate, R_MU) * (words[at + 1] - words[at + 4]) / DAY)
        put_float(arena, at + 3, kept + min(words[at + 2], most))
        put(arena, at + 4, words[at + 1])
        put(arena, at + 1, now)
        put(arena, at + 2, 1)
    else:
        put(arena, at + 2, words[at + 2] + 1)


@kernel
def begin_populations(arena: Arena, plan: I64) -> None:
    """Sets the clocks of a new memory's populations, of which nothing is known yet."""
    for rate in range(plan[N_RATES]):
        arena.words[POPULATIONS + rate * POPULATION_WORDS + 2] = NEVER
