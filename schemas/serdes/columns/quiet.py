"""Silence for polars' panics, which print themselves before they become exceptions."""

import contextlib
import os
import re
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkstemp

PANIC = re.compile(rb"\n?thread '[^\n]*panicked at[^\n]*\n[^\n]*\n(?:(?:stack backtrace:|note: | +)[^\n]*\n)*")
"""What a panic prints: a headline, the message, perhaps a back trace, a note."""

ONE_AT_A_TIME = threading.Lock()
"""Two threads that put standard error aside at once would each restore the other's."""


class StandardErrorKept:
    """Standard error, kept clean of panics.

    A panic is no accident here: it is one of the ways in which polars says that a block is broken, and a topic with one
    broken record in a thousand would fill the log with back traces. polars holds the interpreter's lock while it
    decodes, so only threads of native libraries can write meanwhile.

    Delivery: whatever else was written meanwhile is passed on afterwards; nothing is lost.
    """

    def __init__(self) -> None:
        self._aside, path = mkstemp(prefix="standard-error-")
        Path(path).unlink()
        weakref.finalize(self, os.close, self._aside)

    @contextlib.contextmanager
    def without_panics(self) -> Iterator[None]:
        """What panics print inside is dropped."""
        with ONE_AT_A_TIME:
            try:
                kept = os.dup(2)
            except OSError:  # no standard error, nothing to keep clean
                yield
                return
            os.dup2(self._aside, 2)
            try:
                yield
            finally:
                os.dup2(kept, 2)
                try:
                    self._pass_on(kept)
                finally:
                    os.close(kept)

    def _pass_on(self, standard_error: int) -> None:
        length = os.lseek(self._aside, 0, os.SEEK_CUR)  # the descriptors share the position
        if not length:
            return
        os.lseek(self._aside, 0, os.SEEK_SET)
        rest = PANIC.sub(b"", os.read(self._aside, length))
        os.lseek(self._aside, 0, os.SEEK_SET)
        os.ftruncate(self._aside, 0)
        if rest:
            os.write(standard_error, rest)
