"""A file of verdicts, there whole or not at all."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from detector.errors import ScoreError


@contextmanager
def verdict_file(output: Path | None) -> Iterator[TextIO]:
    """Where the lines go: a file, or stdout without one.

    Raises:
        ScoreError: it cannot be written; a reader that went away (`| head`) is none of these.

    Delivery: lines are written beside the file, and it is renamed when the block ends; an error or Ctrl-C leaves what
    was there before, a kill a file `.part`. A device or a pipe gets the lines at once, as stdout does.
    """
    try:
        with _stdout() if output is None else _opened(output) as lines:
            yield lines
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ScoreError(f"{output or 'stdout'} cannot be written: {error.strerror}.") from error


@contextmanager
def _stdout() -> Iterator[TextIO]:
    try:
        yield sys.stdout
        sys.stdout.flush()
    except OSError:  # the interpreter would try again at its end, and turn the failure into an exit code of its own
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


@contextmanager
def _opened(output: Path) -> Iterator[TextIO]:
    if output.exists() and not output.is_file():
        with output.open("w", encoding="utf-8") as lines:
            yield lines
        return
    whole = output.resolve()  # a link goes on being one
    part = whole.with_name(f"{whole.name}.part")
    try:
        with part.open("w", encoding="utf-8") as lines:
            yield lines
        if whole.exists():
            shutil.copymode(whole, part)
        part.replace(whole)
    finally:
        part.unlink(missing_ok=True)
