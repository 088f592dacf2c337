"""Errors of the generator.

* GeneratorError
    * OptionError         options that contradict each other                                    stop
    * FileError           a file that cannot be read, or is no CSV of payments                  stop
    * RowError            one row that is no payment                                            dead letter
    * BadRowsError        rows that are no payments, and `--skip-bad` was not given             stop
    * EventTimeError      event times that the broker would delete or refuse                    stop
    * InterruptedRunError the end came before everything handed over was acknowledged           stop
"""

from collections.abc import Sequence
from typing import ClassVar

from schemas.fate import Fate


class GeneratorError(Exception):
    """Root of this package's errors."""

    fate: ClassVar[Fate] = Fate.STOP


class OptionError(GeneratorError):
    """Options or settings that contradict each other, or a value outside its range."""


class FileError(GeneratorError):
    """A file cannot be read, or is no CSV of payments.

    Args:
        message: What happened, the values, the next step.
        path: The file.
    """

    def __init__(self, message: str, *, path: str) -> None:
        super().__init__(message)
        self.path = path


class RowError(GeneratorError):
    """One row of a CSV is no payment.

    Args:
        line: Line the row begins on, counted from 1; the header is line 1.
        reason: What is wrong with it, with the value.
    """

    fate: ClassVar[Fate] = Fate.DEAD_LETTER

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


class BadRowsError(GeneratorError):
    """Rows of a CSV are no payments and may not be skipped.

    Args:
        message: What happened, the values, the next step.
        rows: The first of them.
        total: How many there are.
    """

    def __init__(self, message: str, *, rows: Sequence[RowError], total: int) -> None:
        super().__init__(message)
        self.rows = tuple(rows)
        self.total = total


class EventTimeError(GeneratorError):
    """Event times that the topic does not keep: older than its retention, or too far ahead of the broker's clock."""


class InterruptedRunError(GeneratorError):
    """A stop was asked for and the broker did not acknowledge in time what had been handed over."""
