"""Stretches of consecutive records of one partition."""

from collections.abc import Callable, Iterator, Sequence
from itertools import compress, islice, pairwise
from operator import ne, or_
from typing import cast

from confluent_kafka import Message

from messaging.loop.record import Record
from messaging.partition import Partition

# Unbound methods: a methodcaller takes five times as long, for every record.
_NUMBER = cast("Callable[[Record], int]", Message.partition)
_TOPIC = cast("Callable[[Record], str]", Message.topic)


def stretches(records: Sequence[Record]) -> Iterator[tuple[Partition, Sequence[Record]]]:
    """The records cut where the partition changes, without a step of the interpreter per record."""
    if not records:
        return
    numbers, topics = list(map(_NUMBER, records)), list(map(_TOPIC, records))
    changes = map(or_, map(ne, numbers, islice(numbers, 1, None)), map(ne, topics, islice(topics, 1, None)))
    for start, stop in pairwise([0, *compress(range(1, len(records)), changes), len(records)]):
        yield Partition(topics[start], numbers[start]), records[start:stop]
