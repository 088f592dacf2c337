"""Mean and spread of an account's amounts, by Welford's method."""
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

import numpy as np

from detector.windows.arena import put, put_float
from detector.windows.kernel import kernel
from detector.windows.layout import I64, S_HAS_PROFILE, S_PROFILE, Arena


@kernel
def learn_amount(arena: Arena, plan: I64, row: int, amount: int, currency: int) -> None:
    """Adds an amount to the profile, if a rule asks for one; amounts in a second currency do not mix in."""
    if not plan[S_HAS_PROFILE]:
        return
    at = row + plan[S_PROFILE]
    words, floats = arena.words, arena.words.view(np.float64)
    if words[at] == 0:
        put(arena, at + 3, currency)
    if words[at + 3] != currency:
        return
    count = words[at] + 1
    away = amount - floats[at + 1]
    mean = floats[at + 1] + away / count
    put(arena, at, count)
    put_float(arena, at + 2, floats[at + 2] + away * (amount - mean))
    put_float(arena, at + 1, mean)
