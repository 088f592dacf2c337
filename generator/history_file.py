"""A labelled history written to a CSV."""

import gzip
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from generator.errors import FileError
from generator.history import History


@dataclass(frozen=True, slots=True)
class Written:
    """What a file holds: payments, how many of them are labelled fraud, and rings by scenario."""

    payments: int
    labelled: int
    rings: dict[str, int]


def write_history(history: History, path: Path, on_progress: Callable[[int], None] = lambda _: None) -> Written:
    """Writes a history, gzip where the name ends in `.gz`.

    Args:
        history: What to write.
        path: The file; one that exists is written over.
        on_progress: Called with the payments written so far.

    Raises:
        FileError: the file cannot be written.
        OptionError: the history contradicts itself.

    Delivery: the same history gives the same bytes; a crash leaves a part of the file, ended in the middle of a row.
    """
    payments = labelled = 0
    rings: set[tuple[str, str]] = set()
    try:
        with _opened(path) as file:
            for frame in history.frames():
                frame.write_csv(file, include_header=payments == 0)
                payments += frame.height
                labelled += int(frame["label"].sum())
                rings.update(frame.select("scenario", "ring").drop_nulls().unique().rows())
                on_progress(payments)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.", path=str(path)) from error
    return Written(payments, labelled, dict(sorted(Counter(scenario for scenario, _ in rings).items())))


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """No time and no name in the gzip header: the same history gives the same file."""
    with path.open("wb") as raw:
        if path.suffix != ".gz":
            yield raw
            return
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
            yield cast("IO[bytes]", packed)
