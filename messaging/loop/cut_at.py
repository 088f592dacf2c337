"""Where an offset cuts the records of a partition."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import cast

from confluent_kafka import Message

from messaging.loop.record import Record

_OFFSET = cast("Callable[[Record], int]", Message.offset)


def cut_at(records: Sequence[Record], offset: int) -> tuple[Sequence[Record], Sequence[Record]]:
    """The records before an offset, and the rest.

    Args:
        records: Of one partition, in log order.
        offset: Of the first record of the rest; it need not exist.
    """
    if not records or records[0].offset() >= offset:
        return (), records
    cut = bisect_left(records, offset, key=_OFFSET)
    return records[:cut], records[cut:]
