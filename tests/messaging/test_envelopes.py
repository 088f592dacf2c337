"""Keys, timestamps and headers in columns."""

from confluent_kafka import Message

from messaging.loop.envelopes import Envelopes


def message(number: int, headers: list[tuple[str, bytes | None]] | None = None) -> Message:
    """A record with a key and a time of its own."""
    return Message(
        topic="t", partition=0, offset=number, key=b"%d" % number, value=b"", timestamp=(1, number), headers=headers
    )


def test_rows_keep_what_is_theirs() -> None:
    """Whether rows are named or chosen, each keeps its key, its time and its headers."""
    made = Envelopes.of([message(0), message(1, [("a", b"1")]), message(2), message(3, [("b", None)])])
    expected = Envelopes([b"1", b"3"], [1, 3], [[("a", b"1")], [("b", None)]])
    assert made.at([1, 3]) == expected
    assert made.where([False, True, False, True]) == expected


def test_rows_without_headers_have_none() -> None:
    """Where no record has headers nothing is kept for each of them."""
    made = Envelopes.of([message(0), message(1)])
    assert not made.headers
    assert made.at([1]) == Envelopes([b"1"], [1])
    assert not made.where([True, False]).headers


def test_keys_are_replaced() -> None:
    """Other keys leave times and headers as they are."""
    made = Envelopes.of([message(0, [("a", b"1")])]).keyed([b"source"])
    assert made == Envelopes([b"source"], [0], [[("a", b"1")]])
