"""Compilation of kernels to machine code."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


_SOURCES = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py"))))
"""Numba holds machine code for current while the file of the function is: kernels call across files and hold the
constants of others, so the cache is stamped with the content of all files here, and with that of the function's own."""


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compiles `function` at its first call and keeps the machine code in numba's cache.

    The cache lies beside the package, else in the user's cache folder (`NUMBA_CACHE_DIR` names another); where neither
    can be written, each process compiles anew. With `NUMBA_DISABLE_JIT=1` the function stays plain Python.
    """
    # Without reference counting: kernels allocate nothing, and counting atomically at every array access costs four
    # times the work. Numba knows the option by this name only. Without the interpreter's lock: a snapshot is written
    # in a thread beside. All in one piece: a call hands over seven words for each array, and left to itself the
    # compiler calls whatever is long, which doubles the time of a payment.
    compiler: Any = numba.njit
    options = {"error_model": "numpy", "_nrt": False, "nogil": True, "forceinline": True}
    try:
        compiled = compiler(cache=True, **options)(function)
    except RuntimeError:  # "no locator available": no folder for the cache can be written
        return cast("Callable[P, R]", compiler(**options)(function))
    if hasattr(compiled, "_cache"):  # plain Python has none
        compiled._cache._cache_file._source_stamp = _stamp(function)  # noqa: SLF001 - there is no public way
    return cast("Callable[P, R]", compiled)


def _stamp(function: Callable[P, R]) -> str:
    stamp = _SOURCES.copy()
    stamp.update(Path(function.__code__.co_filename).read_bytes())
    return stamp.hexdigest()
