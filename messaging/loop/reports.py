"""Reports that `consume()` returns among the records."""

from collections.abc import Sequence
from typing import cast

from confluent_kafka import Message

from messaging.errors import KafkaUnreachableError, MessagingError
from messaging.foreign import name_of, translated
from messaging.loop.record import Record

_HARMLESS = frozenset({"_PARTITION_EOF", "_MAX_POLL_EXCEEDED"})
"""Reports about a partition's end, or about a rebalance that follows by its callback."""


def without_reports(messages: Sequence[Message]) -> Sequence[Record]:
    """The messages that are records.

    Raises:
        MessagingError: a message is an error report that ends the work.
    """
    if any(map(Message.error, messages)):
        for message in messages:
            _check(message)
        messages = [message for message in messages if message.error() is None]
    return cast("Sequence[Record]", messages)


def _check(message: Message) -> None:
    error = message.error()
    if error is None or name_of(error) in _HARMLESS:
        return
    known: MessagingError = translated(error, "reading", topic=message.topic())
    # The library reconnects by itself; the loop only goes without records for a while.
    if isinstance(known, KafkaUnreachableError) and not error.fatal():
        return
    raise known
