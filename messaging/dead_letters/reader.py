"""Reads a dead-letter topic from its beginning to its end."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Message, TopicPartition

from messaging.clients import make_consumer
from messaging.dead_letters.letter import REPLAYED, Letter, LetterId
from messaging.errors import KafkaUnreachableError, TopicMissingError
from messaging.foreign import name_of, translated
from messaging.reaching import ConnectionReports, await_metadata
from messaging.settings import KafkaSettings
from schemas.errors import RecordError

CONTACT_SECONDS = 10.0
"""Longest wait for a broker: whoever asks sits in front of the terminal."""
READ_SECONDS = 30.0
"""Longest silence of the broker while the topic is read."""


@dataclass(slots=True)
class Letters:
    """What the topic holds: letters in the order of partitions and offsets, and values that are none."""

    letters: dict[LetterId, Letter] = field(default_factory=dict)
    unreadable: dict[LetterId, str] = field(default_factory=dict)


def read_letters(kafka: KafkaSettings, topic: str, decode: Callable[[bytes | None], Mapping[str, Any]]) -> Letters:
    """All dead letters of committed transactions, with what is known of their replay.

    Args:
        kafka: Where the broker is.
        topic: Real name of the dead-letter topic.
        decode: From a value to a `fraud.DeadLetter`; raises RecordError for a value that is none.

    Raises:
        MessagingError: broker absent, topic missing, authorization refused.
        RegistryError: the letters' schema cannot be had.

    Delivery: reads only; no group keeps its offsets.
    """
    reports = ConnectionReports()
    consumer = make_consumer(
        {
            **kafka.properties,
            "error_cb": reports,
            "group.id": "fraud-detector-dead-letters",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
        }
    )
    try:
        found, replayed = Letters(), set()
        for message in _all(consumer, reports, kafka, topic):
            at = LetterId(_number(message.partition()), _number(message.offset()))
            marked = _marked(message)
            if marked is not None:
                replayed.add(marked)
                continue
            try:
                found.letters[at] = Letter(at, decode(message.value()))
            except RecordError as error:
                found.unreadable[at] = str(error)
    finally:
        consumer.close()
    for at in replayed & found.letters.keys():
        found.letters[at] = replace(found.letters[at], replayed=True)
    found.letters = dict(sorted(found.letters.items()))
    return found


def _all(consumer: Consumer, reports: ConnectionReports, kafka: KafkaSettings, topic: str) -> Iterator[Message]:
    waiting = set(_partitions(consumer, reports, kafka, topic))
    consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in waiting])
    while waiting:
        messages = consumer.consume(1000, 0.5)
        if not messages:
            _check_answering(consumer, kafka, topic)
        for message in messages:
            error = message.error()
            if error is None:
                yield message
            elif name_of(error) == "_PARTITION_EOF":
                waiting.discard(_number(message.partition()))
            else:
                raise translated(error, f"reading {topic}", topic=topic)


def _partitions(consumer: Consumer, reports: ConnectionReports, kafka: KafkaSettings, topic: str) -> list[int]:
    seconds = min(CONTACT_SECONDS, kafka.wait)
    listed = await_metadata(consumer, reports, kafka, topic=topic, seconds=seconds).topics[topic]
    if listed.error is not None and name_of(listed.error) != "UNKNOWN_TOPIC_OR_PART":
        raise translated(listed.error, f"asking for topic {topic}", topic=topic)
    if not listed.partitions:
        raise TopicMissingError(f"Topic {topic} is not on {kafka.broker_url}. Has a detector run?", topic=topic)
    return list(listed.partitions)


def _check_answering(consumer: Consumer, kafka: KafkaSettings, topic: str) -> None:
    try:
        consumer.list_topics(topic, timeout=READ_SECONDS)
    except KafkaException as error:
        raise KafkaUnreachableError(
            f"The broker at {kafka.broker_url} stopped answering while {topic} was read. Is it running?", topic=topic
        ) from error


def _marked(message: Message) -> LetterId | None:
    if message.value() is not None:
        return None
    for name, value in message.headers() or ():
        if name == REPLAYED and value is not None:
            return LetterId.parse(value.decode() if isinstance(value, bytes) else value)
    return None


def _number(number: int | None) -> int:
    return -1 if number is None else number
