"""From what `consume()` returned to the records of each partition."""

import pytest
from confluent_kafka import KafkaError, Message
from hypothesis import given
from hypothesis import strategies as st

from messaging.errors import KafkaRefusedError
from messaging.loop.by_partition import by_partition
from messaging.partition import Partition
from tests.messaging.records import record

PARTITIONS = [Partition(topic, number) for topic in ("in", "between") for number in (0, 1)]


@given(st.lists(st.tuples(st.sampled_from(PARTITIONS), st.integers(1, 4)), max_size=30))
def test_records_are_sorted_by_partition(stretches: list[tuple[Partition, int]]) -> None:
    """Each partition's records come together and in log order, also where topics share the numbers and the offsets."""
    messages, ends = [], dict.fromkeys(PARTITIONS, 0)
    for partition, count in stretches:
        for _ in range(count):
            messages.append(record(partition.number, ends[partition], topic=partition.topic))
            ends[partition] += 1
    parts = by_partition(messages)
    assert {partition: [each.offset() for each in records] for partition, records in parts.items()} == {
        partition: list(range(end)) for partition, end in ends.items() if end
    }
    for partition, records in parts.items():
        assert {(each.topic(), each.partition()) for each in records} == {partition}


def test_records_that_come_again_replace_those_before() -> None:
    """A partition that went and came back is read from its committed offset: the log is not taken twice."""
    messages = [record(0, 5), record(0, 6), record(1, 0), record(0, 4), record(0, 5)]
    assert [each.offset() for each in by_partition(messages)[Partition("in", 0)]] == [4, 5]


def test_reports_among_the_records() -> None:
    """The end of a partition is no error, a lost connection mends itself, and a refusal ends the work."""
    harmless = [Message(topic="in", partition=0, error=KafkaError(code)) for code in (-191, KafkaError._TRANSPORT)]
    first, second = record(0, 0), record(0, 1)
    assert by_partition([first, *harmless, second]) == {Partition("in", 0): [first, second]}
    refused = Message(topic="in", partition=0, error=KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED))
    with pytest.raises(KafkaRefusedError):
        by_partition([first, refused])
