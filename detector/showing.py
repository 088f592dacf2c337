"""Records of a topic as the contract reads them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any, Literal

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Message

from messaging.logs import LogSettings, configure_logs
from messaging.settings import KafkaSettings
from messaging.topic_reader import TopicReader, number_of
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
    with (
        reading_client(from_environment(RegistrySettings)) as client,
        TopicReader(kafka, topic, name="fraud-detector-show", absent="Has anything been sent?") as reader,
    ):
        decoder = RecordDeserializer(WriterSchemas(client), pinned(name))
        starts = {partition: _start(reader, partition, count, begin) for partition in reader.partitions}
        messages = reader.read(starts, follow=begin == "now", stop=stop.is_set)
        if begin == "newest":
            messages = iter(sorted(messages, key=lambda message: message.timestamp()[1])[-count:])
        for _, message in zip(range(count), messages, strict=False):
            yield _shown(message, decoder)


def _start(reader: TopicReader, partition: int, count: int, begin: Begin) -> int:
    if begin != "newest":
        return OFFSET_BEGINNING if begin == "oldest" else OFFSET_END
    low, high = reader.ends(partition)
    # Each transaction ends with a marker that takes an offset: read twice as far back as would do without.
    return max(low, high - 2 * count)


def _shown(message: Message, decoder: RecordDeserializer) -> ShownRecord:
    value, record, problem = message.value(), None, None
    try:
        record = decoder.decode(value)
    except RecordError as error:
        problem = f"{type(error).__name__}: {error}"
    return ShownRecord(
        number_of(message.partition()),
        number_of(message.offset()),
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
