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
_LOG10 = math.log(10.0)


@kernel
def surprise(count: int, expected: float) -> float:
    """-log10 of the Poisson probability of `count` or more where `expected` are expected, at most 99."""
    if count <= 0:
        return 0.0
    if expected <= 0.0:
        return SURPRISE_CAP
    first = count * math.log(expected) - expected
    for factor in range(2, count + 1):
        first -= math.log(factor)
    total, term, step = 1.0, 1.0, count
    while term > 1e-12 * total:
        step += 1
        term *= expected / step
        total += term
    return min(SURPRISE_CAP, max(0.0, -(first + math.log(total)) / _LOG10))


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
        put(arena, at + 2, time)
    elif time > words[at + 2]:
        kept = math.exp(-mu * (time - words[at + 2]) / DAY)
        put_float(arena, at, floats[at] * kept)
        put_float(arena, at + 1, floats[at + 1] * kept + words[at + 3] * (1.0 - kept) / mu)
        put(arena, at + 2, time)
    if joined:
        put(arena, at + 3, words[at + 3] + joined)
    if events:
        put_float(arena, at, floats[at] + events)


@kernel
def population_rate(arena: Arena, plan: I64, rate: int) -> float:
    """Events per account and day."""
    if rate_parameter(plan, rate, R_ADAPTIVE) == 0.0:
        return rate_parameter(plan, rate, R_PRIOR)
    at = POPULATIONS + rate * POPULATION_WORDS
    return arena.words.view(np.float64)[at] / arena.words.view(np.float64)[at + 1]


@kernel
def usual(arena: Arena, plan: I64, row: int, rate: int, now: int) -> float:
    """Expected events per day of the account: its decayed days, shrunk to the population."""
    at = row + plan[S_RATES] + rate * RATE_WORDS
    words = arena.words
    population = population_rate(arena, plan, rate)
    if words[at + 2] == 0:
        return population
    mu, shrink = rate_parameter(plan, rate, R_MU), rate_parameter(plan, rate, R_SHRINK)
    exposure = (1.0 - math.exp(-mu * (now - words[at]) / DAY)) / mu
    events = arena.words.view(np.float64)[at + 3]
    if events > 0.0:
        events *= math.exp(-mu * (now - words[at + 4]) / DAY)
    return (events + shrink * population) / (exposure + shrink)


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
    """Sets the populations of a new memory to what the rules expect."""
    for rate in range(plan[N_RATES]):
        at = POPULATIONS + rate * POPULATION_WORDS
        arena.words.view(np.float64)[at] = rate_parameter(plan, rate, R_PRIOR) * rate_parameter(plan, rate, R_WEIGHT)
        arena.words.view(np.float64)[at + 1] = rate_parameter(plan, rate, R_WEIGHT)
        arena.words[at + 2] = NEVER
