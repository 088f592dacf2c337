"""The dead letter of a record: all that is needed to repair and replay it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from messaging.errors import RecordRefusedError
from messaging.loop.record import Record
from schemas.errors import DecodeError, EncodeError, FrameError, InvalidValueError, UnknownSchemaError

REASONS: tuple[tuple[type[Exception], str], ...] = (
    (FrameError, "FRAME"),
    (UnknownSchemaError, "UNKNOWN_SCHEMA"),
    (InvalidValueError, "INVALID"),
    (DecodeError, "DECODE"),
    (EncodeError, "INVALID"),
    (RecordRefusedError, "PRODUCE"),
)
"""Symbol of `fraud.DeadLetterReason` by error class; any other error is `UNKNOWN`."""

MESSAGE_LENGTH = 1000
"""Most characters of an error's message that a dead letter keeps."""


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, tzinfo=UTC)


def reason_of(error: Exception) -> str:
    """Symbol of `fraud.DeadLetterReason` for an error."""
    return next((symbol for kind, symbol in REASONS if isinstance(error, kind)), "UNKNOWN")


def moment_of(milliseconds: int) -> datetime:
    """A Kafka timestamp, which may be any long, as the nearest time that a contract can hold."""
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return LATEST if milliseconds > 0 else EPOCH


def dead_letter(record: Record, error: Exception, *, stage: str, whole: bool = True) -> Mapping[str, Any]:
    """The `fraud.DeadLetter` of a record.

    Args:
        record: The record that failed.
        error: Why.
        stage: Step of the pipeline that failed, for example `decode`.
        whole: With value and headers; without, where the broker refuses a record of that size. The coordinates say
            where the value still is.
    """
    headers = record.headers() or ()
    return {
        "reason": reason_of(error),
        "stage": stage,
        "error_class": type(error).__name__,
        "message": str(error)[:MESSAGE_LENGTH],
        "topic": record.topic(),
        "partition": record.partition(),
        "offset": record.offset(),
        "timestamp": moment_of(record.timestamp()[1]),
        "schema_id": getattr(error, "schema_id", None),
        "key": record.key(),
        "value": record.value() if whole else None,
        "headers": [{"key": name, "value": value} for name, value in headers] if whole else [],
    }
