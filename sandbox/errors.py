"""Errors of the sandbox.

* SandboxError
    * EmbeddedBrokerError     the embedded broker cannot start or does not do what was asked    stop
    * PortInUseError          the address of the in-process registry is taken                   stop
    * ReconciliationError     records sent and records found again differ                       stop
"""

from typing import ClassVar

from schemas.fate import Fate


class SandboxError(Exception):
    """Root of this package's errors; the message says what happened, the values and the next step."""

    fate: ClassVar[Fate] = Fate.STOP


class EmbeddedBrokerError(SandboxError):
    """The library's mock cluster is missing, cannot start, or refuses a call."""


class PortInUseError(SandboxError):
    """Another process listens on the address that was asked for."""


class ReconciliationError(SandboxError):
    """What was sent is not what legit, fraud and dead letters hold together."""
