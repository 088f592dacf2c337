"""Errors of the alerts.

* DetectorError
    * AlertTemplateError    a template names a place that an alert does not have    stop
    * NotTakenError         a receiver did not take an alert this time              retry
    * UndeliverableError    a receiver did not take it within the bounded time      dead letter
* DeliveryStoppedError      the process is asked to stop; no error
"""

from typing import ClassVar

from detector.errors import DetectorError
from schemas.fate import Fate


class AlertTemplateError(DetectorError):
    """A template cannot be filled; the message lists the places that an alert has."""


class NotTakenError(DetectorError):
    """A receiver did not take an alert this time.

    Args:
        message: What the receiver said.
        retry_after: Seconds the receiver asks to wait; None leaves it to the backoff.
        final: Asking again will not change the answer.
    """

    fate: ClassVar[Fate] = Fate.RETRY

    def __init__(self, message: str, *, retry_after: float | None = None, final: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.final = final


class UndeliverableError(DetectorError):
    """A sink did not take an alert within the bounded time; the cause is the last `NotTakenError`."""

    fate: ClassVar[Fate] = Fate.DEAD_LETTER


class DeliveryStoppedError(Exception):
    """The process is asked to stop: the alert was not delivered, and its offset must not be committed."""
