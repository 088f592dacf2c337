"""Records that are broken on purpose, one of every kind that the dead-letter path must name."""

from dataclasses import dataclass

from schemas.serdes.frame import PREFIX_LENGTH, prefix
from schemas.serdes.wire import read_bytes, read_string, varint

TOO_LARGE = (10**18).to_bytes(8, "big")
"""Unscaled amount of nineteen digits; the contract's decimal(18,5) has eighteen."""


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A value that is no payment.

    Args:
        kind: What is wrong with it, in snake case.
        value: The bytes, None for a tombstone.
        reason: Symbol of `fraud.DeadLetterReason` that it must end under.
    """

    kind: str
    value: bytes | None
    reason: str


def broken_records(payment: bytes, *, other_id: int, unknown_id: int) -> tuple[BrokenRecord, ...]:
    """One broken record of every kind, made of a good one.

    Args:
        payment: Value of a `fraud.Transaction`, frame and payload.
        other_id: Schema id of another record.
        unknown_id: Schema id that no registry holds.
    """
    payload = payment[PREFIX_LENGTH:]
    return (
        BrokenRecord("empty", b"", "FRAME"),
        BrokenRecord("tombstone", None, "FRAME"),
        BrokenRecord("wrong_magic_byte", b"\x01" + payment[1:], "FRAME"),
        BrokenRecord("unknown_id", prefix(unknown_id) + payload, "UNKNOWN_SCHEMA"),
        BrokenRecord("id_of_another_record", prefix(other_id) + payload, "DECODE"),
        BrokenRecord("truncated", payment[:-3], "DECODE"),
        BrokenRecord("trailing_bytes", payment + b"\x00\x00", "DECODE"),
        BrokenRecord("bad_utf_8", payment[:PREFIX_LENGTH] + _with_bad_text(payload), "DECODE"),
        BrokenRecord("amount_out_of_scale", payment[:PREFIX_LENGTH] + _with_amount(payload, TOO_LARGE), "INVALID"),
    )


def _with_bad_text(payload: bytes) -> bytes:
    """The payload with a byte in its first text, the id, that UTF-8 never has."""
    _, end = read_string(payload, 0)
    return payload[: end - 1] + b"\xff" + payload[end:]


def _with_amount(payload: bytes, amount: bytes) -> bytes:
    """The payload with another amount: behind id, source and target."""
    start = 0
    for _ in range(3):
        _, start = read_string(payload, start)
    _, end = read_bytes(payload, start)
    return payload[:start] + varint(len(amount)) + amount + payload[end:]
