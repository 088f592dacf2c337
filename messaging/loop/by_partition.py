"""From what `consume()` returned to the records of each partition."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import cast

from confluent_kafka import Message

from messaging.loop.record import Record
from messaging.loop.reports import without_reports
from messaging.partition import Partition

# Unbound methods: a methodcaller takes five times as long, for every record.
_NUMBER = cast("Callable[[Record], int]", Message.partition)
_TOPIC = cast("Callable[[Record], str]", Message.topic)


def by_partition(messages: Sequence[Message]) -> dict[Partition, list[Record]]:
    """The records of each partition in log order, however finely the broker's answers mixed them.

    Where a partition was sought back in between, what was read before is left out: it comes again.

    Raises:
        MessagingError: a message is an error report that ends the work.
    """
    parts: dict[Partition, list[Record]] = {}
    # Two partitions of one number lie next to each other where topics change, so both are looked at; the grouping
    # takes no step of the interpreter per record.
    for topic, of_topic in groupby(without_reports(messages), _TOPIC):
        for number, stretch in groupby(of_topic, _NUMBER):
            partition, records = Partition(topic, number), list(stretch)
            earlier = parts.get(partition)
            if earlier is None or records[0].offset() <= earlier[-1].offset():
                parts[partition] = records
            else:
                earlier.extend(records)
    return parts
