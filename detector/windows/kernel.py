"""Compilation of kernels to machine code."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compiles `function` at its first call and keeps the machine code in numba's cache.

    The cache lies beside the package, else in the user's cache folder (`NUMBA_CACHE_DIR` names another); where neither
    can be written, each process compiles anew. With `NUMBA_DISABLE_JIT=1` the function stays plain Python.
    """
    # Without reference counting: kernels allocate nothing, and counting atomically at every array access costs four
    # times the work. Numba knows the option by this name only. Without the interpreter's lock: a snapshot is written
    # in a thread beside.
    compiler: Any = numba.njit
    options = {"error_model": "numpy", "_nrt": False, "nogil": True}
    try:
        return cast("Callable[P, R]", compiler(cache=True, **options)(function))
    except RuntimeError:  # "no locator available": no folder for the cache can be written
        return cast("Callable[P, R]", compiler(**options)(function))
