"""Payments, good and broken."""

import string
import struct
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ACCOUNTS = st.text(string.ascii_uppercase + string.digits, min_size=12, max_size=12)
LAST_MILLISECOND = 253_402_300_799_999
FIRST_MILLISECOND = -62_135_596_800_000
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
INTS = st.integers(-(2**31), 2**31 - 1)
LEVELS = st.sampled_from(["UNKNOWN", "REVIEW", "BLOCK"])


def at(milliseconds):
    """The moment so many milliseconds after 1970."""
    return EPOCH + timedelta(milliseconds=milliseconds)


PAYMENTS = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str) | st.text(st.characters(exclude_categories=["Cs"]), max_size=64),
        "source": ACCOUNTS | st.text(st.characters(exclude_categories=["Cs"]), max_size=100),
        "target": ACCOUNTS,
        "amount": st.integers(-(10**18) + 1, 10**18 - 1).map(lambda unscaled: Decimal(unscaled).scaleb(-5)),
        "currency": st.sampled_from(["EUR", "USD", "€", ""]),
        "occurred_at": st.integers(FIRST_MILLISECOND, LAST_MILLISECOND).map(at),
        "channel": st.sampled_from(["UNKNOWN", "CARD", "TRANSFER", "DIRECT_DEBIT", "INSTANT", "CASH"]),
    }
)

FINDINGS = st.fixed_dictionaries(
    {
        "rule": TEXTS,
        "rule_version": INTS,
        "level": LEVELS,
        "score": INTS,
        "reason": TEXTS,
        "measured": st.dictionaries(TEXTS, TEXTS, max_size=3),
        "threshold": TEXTS,
        "episode": TEXTS,
        "evidence": st.lists(TEXTS, max_size=3),
        "evidence_total": INTS,
    }
)

FLAGGED = st.fixed_dictionaries(
    {
        "transaction": PAYMENTS,
        "level": LEVELS,
        "score": INTS,
        "findings": st.lists(FINDINGS, max_size=3),
        "rule_set": TEXTS,
        "transaction_version": st.none() | INTS,
    }
)

DEAD_LETTERS = st.fixed_dictionaries(
    {
        "reason": st.sampled_from(["UNKNOWN", "FRAME", "UNKNOWN_SCHEMA", "DECODE", "INVALID", "PRODUCE", "DELIVERY"]),
        "stage": TEXTS,
        "error_class": TEXTS,
        "message": TEXTS,
        "topic": TEXTS,
        "partition": INTS,
        "offset": st.integers(-(2**63), 2**63 - 1),
        "timestamp": st.integers(FIRST_MILLISECOND, LAST_MILLISECOND).map(at),
        "schema_id": st.none() | INTS,
        "key": st.none() | st.binary(max_size=20),
        "value": st.none() | st.binary(max_size=100),
        "headers": st.lists(
            st.fixed_dictionaries({"key": TEXTS, "value": st.none() | st.binary(max_size=9)}), max_size=3
        ),
    }
)

RECORDS = {"transactions": PAYMENTS, "legit": PAYMENTS, "fraud": FLAGGED, "dead-letter": DEAD_LETTERS}
"""Values of every contract, by topic."""


def payment(**changes):
    """A payment like any other."""
    usual = {
        "id": "6f1c",
        "source": "A1B2C3D4E5F6",
        "target": "ZYXWVUTSRQPO",
        "amount": Decimal("950.00000"),
        "currency": "EUR",
        "occurred_at": datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
        "channel": "INSTANT",
    }
    return usual | changes


def flagged(transaction):
    """The fields of a flagged payment."""
    finding = {
        "rule": "amount",
        "rule_version": 1,
        "level": "BLOCK",
        "score": 100,
        "reason": "amount 950 EUR is at or above 900",
        "measured": {"amount": "950"},
        "threshold": "900",
        "episode": "",
        "evidence": [transaction["id"]],
        "evidence_total": 1,
    }
    return {
        "transaction": transaction,
        "level": "BLOCK",
        "score": 100,
        "findings": [finding],
        "rule_set": "0" * 64,
        "transaction_version": None,
    }


@st.composite
def damaged(draw, value):
    """A value with bytes flipped, cut, added or shifted."""
    how = draw(st.sampled_from(["flip", "cut", "add", "insert", "remove", "replace", "null"]))
    at_byte = draw(st.integers(0, max(len(value) - 1, 0)))
    byte = bytes([draw(st.integers(0, 255))])
    if how == "null":
        return None
    if how == "flip" and value:
        return value[:at_byte] + bytes([value[at_byte] ^ (1 << draw(st.integers(0, 7)))]) + value[at_byte + 1 :]
    return {
        "cut": value[:at_byte],
        "add": value + byte * draw(st.integers(1, 8)),
        "insert": value[:at_byte] + byte + value[at_byte:],
        "remove": value[:at_byte] + value[at_byte + 1 :],
        "replace": value[:at_byte] + struct.pack(">Q", draw(st.integers(0, 2**64 - 1))) + value[at_byte + 8 :],
        "flip": byte,
    }[how]
