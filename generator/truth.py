"""What is known of an injected payment, kept beside the topic and never on it."""

import json
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, TextIO

from generator.errors import FileError


class Truth(NamedTuple):
    """One injected payment: its id, the pattern's name, and the ring it belongs to."""

    id: str
    pattern: str
    ring: str


class TruthFile:
    """Writes truths as JSON lines: `{"id": …, "pattern": …, "ring": …}`.

    Args:
        path: The file; one that exists is written over.

    Delivery: a block's truths are on the file before its payments are handed over, so after a crash the file may name
    payments that were never produced, and never lacks one that was.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file: TextIO = path.open("w", encoding="utf-8")
        except OSError as error:
            raise FileError(f"{path} cannot be written: {error.strerror}.", path=str(path)) from error

    def write(self, truths: Iterable[Truth]) -> None:
        """Appends `truths` and hands them to the operating system."""
        self._file.writelines(json.dumps(truth._asdict()) + "\n" for truth in truths)
        self._file.flush()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def __enter__(self) -> "TruthFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
