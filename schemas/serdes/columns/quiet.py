"""Silence for polars' panics, which print themselves before they become exceptions."""

import contextlib
import os
import re
from collections.abc import Iterator
from tempfile import TemporaryFile

PANIC = re.compile(rb"\n?thread '[^\n]*panicked at[^\n]*\n[^\n]*\n(?:(?:stack backtrace:|note: | +)[^\n]*\n)*")
"""What a panic prints: a headline, the message, perhaps a back trace, a note."""


class StandardErrorKept:
    """Standard error, kept clean of panics.

    A panic is no accident here: it is one of the ways in which polars says that a block is broken, and a topic with one
    broken record in a thousand would fill the log with back traces. polars holds the interpreter's lock while it
    decodes, so only threads of native libraries can write meanwhile.

    Delivery: whatever else was written meanwhile is passed on afterwards; nothing is lost.
    """

    def __init__(self) -> None:
        self._aside = TemporaryFile(buffering=0)  # noqa: SIM115 (open as long as the decoder: opening costs 20 µs)

    @contextlib.contextmanager
    def without_panics(self) -> Iterator[None]:
        """What panics print inside is dropped."""
        try:
            kept = os.dup(2)
        except OSError:  # no standard error, nothing to keep clean
            yield
            return
        os.dup2(self._aside.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            try:
                self._pass_on(kept)
            finally:
                os.close(kept)

    def _pass_on(self, standard_error: int) -> None:
        if not self._aside.tell():  # the descriptors share the position
            return
        self._aside.seek(0)
        rest = PANIC.sub(b"", self._aside.read())
        self._aside.seek(0)
        self._aside.truncate()
        if rest:
            os.write(standard_error, rest)
