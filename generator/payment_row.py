"""One row of a CSV: what makes it a payment, and what is wrong where it is none."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

COLUMNS = ("id", "source", "target", "amount", "currency", "occurred_at")
"""Columns a CSV of payments has; others are ignored."""

LONGEST_ID = 64
AMOUNT = r"^[0-9]{1,13}(\.[0-9]{1,5})?$"
"""decimal(18,5), not negative."""

CURRENCY = r"^[A-Z]{3}$"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AMOUNT, _CURRENCY = re.compile(AMOUNT.replace("$", r"\Z")), re.compile(CURRENCY.replace("$", r"\Z"))


def problem(row: Mapping[str, str]) -> str | None:
    """What is wrong with a row, with the value; None for a payment.

    Args:
        row: The six columns by name, as text.
    """
    for name in COLUMNS:
        if not _is_text(row[name]):
            return f"{name} is not UTF-8"
    for name in ("id", "source", "target"):
        if not row[name]:
            return f"{name} is empty"
    if len(row["id"]) > LONGEST_ID:
        return f"id has {len(row['id'])} characters, at most {LONGEST_ID} are allowed"
    if not _AMOUNT.match(row["amount"]):
        return f"amount {row['amount']!r} is no number like 12.50 with at most 13 digits before and 5 after the point"
    if not _CURRENCY.match(row["currency"]):
        return f"currency {row['currency']!r} is no code of three capital letters"
    return _problem_of_time(row["occurred_at"])


def milliseconds(text: str) -> int | None:
    """An ISO 8601 time with its zone as milliseconds since 1970, rounded down; None where it is none."""
    try:
        at = datetime.fromisoformat(text)
        return None if at.tzinfo is None else (at - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        return None


def _problem_of_time(text: str) -> str | None:
    at = milliseconds(text)
    if at is None:
        return f"occurred_at {text!r} is no time with a zone like 2026-01-31T12:00:00Z"
    return f"occurred_at {text!r} lies before 1970" if at < 0 else None


def _is_text(value: str) -> bool:
    """Whether the value was UTF-8 in the file: undecodable bytes were read as lone surrogates."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
