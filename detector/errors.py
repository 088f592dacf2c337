"""Errors of the detector.

* DetectorError
    * SettingsError               a setting, or a combination of settings, makes no sense       stop
    * ReplayRefusedError          a dead letter that must not be replayed, or cannot be         stop
    * ScoreError                  a table of payments that cannot be scored                     stop
"""

from typing import ClassVar

from schemas.fate import Fate


class DetectorError(Exception):
    """Root of this package's errors."""

    fate: ClassVar[Fate] = Fate.STOP


class SettingsError(DetectorError):
    """A setting, or a combination of settings, makes no sense; the message names the variable."""


class ReplayRefusedError(DetectorError):
    """A dead letter was replayed before, is not there, or has no value to replay."""


class ScoreError(DetectorError):
    """A table of payments that cannot be scored; the message names the column, or the row and its value."""
