"""Errors of the state.

* StateError (a DetectorError)
    * SnapshotError         chunks that are no snapshot of this rule set                   stop
    * OpenTransactionError  misuse: a snapshot in the middle of a transaction              stop
"""

from detector.errors import DetectorError


class StateError(DetectorError):
    """Root of the errors of the state."""


class SnapshotError(StateError):
    """Chunks that cannot be restored: cut off, of another format, or of another rule set."""


class OpenTransactionError(StateError):
    """A snapshot was asked for between checkpoint and commit, where changes may still be undone."""
