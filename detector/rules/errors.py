"""Errors of rule files.

* RuleError (a DetectorError)   misuse: a rule, or a set of rules                       stop
    * RuleFileError         a file that does not say a rule: file, line, what
    * RuleSetError          rules that do not go together
"""

from pathlib import Path

from detector.errors import DetectorError


class RuleError(DetectorError):
    """Root of the errors of rules."""


class RuleFileError(RuleError):
    """A rule file that cannot be used.

    Args:
        file: The file.
        line: Line of the fault, from 1.
        what: What is wrong, and what is accepted.
    """

    def __init__(self, file: Path, line: int, what: str) -> None:
        super().__init__(f"{file}:{line}: {what}")
        self.file = file
        self.line = line
        self.what = what


class RuleSetError(RuleError):
    """Rules that do not go together."""
