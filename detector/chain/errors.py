"""Errors of the stateful detector.

* ChainError (a DetectorError)
    * ReplayTooLongError      more of the log would have to be replayed than is allowed       stop
    * GroupAtWorkError        a rebuild was asked for while detectors run                     stop
"""

from detector.errors import DetectorError


class ChainError(DetectorError):
    """Root of the errors of the stateful detector."""


class ReplayTooLongError(ChainError):
    """More of the log would have to be replayed than the settings allow; the message says what to do."""


class GroupAtWorkError(ChainError):
    """A rebuild was asked for while members of the group run, which hold the state in memory."""
