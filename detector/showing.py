"""Records of a topic as the contract reads them."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from threading import Event
from typing import Any, Literal

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaException, Message, TopicPartition

from messaging.clients import make_consumer
from messaging.errors import TopicMissingError
from messaging.foreign import name_of, translated
from messaging.logs import LogSettings, configure_logs
from messaging.reaching import ConnectionReports, await_metadata
from messaging.settings import KafkaSettings
from schemas.environment import from_environment
from schemas.errors import FrameError, RecordError
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.frame import split
from schemas.serdes.pinned import pinned
from schemas.serdes.reading_client import reading_client
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings

Begin = Literal["newest", "oldest", "now"]
"""Where to begin: with the newest records there are, with the oldest, or with those that come from now on."""

ASK_SECONDS = 10.0
"""How long the broker may take to answer, and to say where partitions begin and end."""


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """One record, decoded, or with the reason why it cannot be."""

    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    schema_id: int | None
    record: Mapping[str, Any] | None
    error: str | None


def shown_records(name: str, count: int, begin: Begin, stop: Event) -> Iterator[ShownRecord]:
    """Records of the contract's topic `name`, at most `count`, until there are no more or `stop` is set.

    Raises:
        MessagingError: broker absent, topic missing, authorization refused.
        SchemasError: no such contract, settings wrong, registry away.

    Delivery: reads committed records only; no group keeps its offsets.
    """
    configure_logs(from_environment(LogSettings))
    kafka, topic = from_environment(KafkaSettings), from_environment(TopicSettings).name_of(name)
    reports = ConnectionReports()
    with (
        reading_client(from_environment(RegistrySettings)) as client,
        closing(make_consumer({**_properties(kafka), "error_cb": reports})) as consumer,
    ):
        decoder = RecordDeserializer(WriterSchemas(client), pinned(name))
        partitions = _partitions(consumer, reports, kafka, topic)
        consumer.assign([_start(consumer, partition, count, begin) for partition in partitions])
        messages = _messages(consumer, topic, stop, follow=begin == "now")
        if begin == "newest":
            messages = iter(sorted(messages, key=lambda message: message.timestamp()[1])[-count:])
        for _, message in zip(range(count), messages, strict=False):
            yield _shown(message, decoder)


def _properties(kafka: KafkaSettings) -> dict[str, Any]:
    own = {"group.id": "fraud-detector-show", "enable.auto.commit": False, "enable.partition.eof": True}
    return {**kafka.properties, **own, "isolation.level": "read_committed"}


def _partitions(
    consumer: Consumer, reports: ConnectionReports, kafka: KafkaSettings, topic: str
) -> list[TopicPartition]:
    seconds = min(ASK_SECONDS, kafka.wait)
    listed = await_metadata(consumer, reports, kafka, topic=topic, seconds=seconds).topics[topic]
    if listed.error is not None and name_of(listed.error) != "UNKNOWN_TOPIC_OR_PART":
        raise translated(listed.error, f"asking for topic {topic}", topic=topic)
    if not listed.partitions:
        raise TopicMissingError(f"Topic {topic} is not on {kafka.broker_url}. Has anything been sent?", topic=topic)
    return [TopicPartition(topic, number) for number in listed.partitions]


def _start(consumer: Consumer, partition: TopicPartition, count: int, begin: Begin) -> TopicPartition:
    topic, number = partition.topic, partition.partition
    if begin != "newest":
        return TopicPartition(topic, number, OFFSET_BEGINNING if begin == "oldest" else OFFSET_END)
    try:
        low, high = consumer.get_watermark_offsets(partition, timeout=ASK_SECONDS)
    except KafkaException as error:
        raise translated(error, f"asking where {topic}-{number} begins and ends", topic=topic) from error
    # Each transaction ends with a marker that takes an offset: read twice as far back as would do without.
    return TopicPartition(topic, number, max(int(low), int(high) - 2 * count))


def _messages(consumer: Consumer, topic: str, stop: Event, *, follow: bool) -> Iterator[Message]:
    ended: set[int] = set()
    while not stop.is_set() and (follow or len(ended) < len(consumer.assignment())):
        for message in consumer.consume(500, 0.2):
            error = message.error()
            if error is None:
                yield message
            elif name_of(error) == "_PARTITION_EOF":
                ended.add(message.partition() or 0)
            else:
                raise translated(error, f"reading {topic}", topic=topic)


def _shown(message: Message, decoder: RecordDeserializer) -> ShownRecord:
    value, record, problem = message.value(), None, None
    try:
        record = decoder.decode(value)
    except RecordError as error:
        problem = f"{type(error).__name__}: {error}"
    return ShownRecord(
        message.partition() or 0,
        message.offset() or 0,
        message.timestamp()[1],
        message.key(),
        _schema_id(value),
        record,
        problem,
    )


def _schema_id(value: bytes | None) -> int | None:
    try:
        return split(value)[0]
    except FrameError:
        return None
