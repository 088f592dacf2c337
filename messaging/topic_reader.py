"""Reads a topic outside any group: to its end, or along with it."""

from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Self

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from messaging.clients import make_consumer
from messaging.errors import KafkaUnreachableError, TopicMissingError
from messaging.foreign import name_of, translated
from messaging.reaching import ConnectionReports, await_metadata
from messaging.settings import KafkaSettings

CONTACT_SECONDS = 10.0
"""Longest wait for a broker: whoever asks sits in front of the terminal."""

READ_SECONDS = 30.0
"""Longest silence of the broker while a topic is read."""

FETCHED = 200
"""Most records taken at once, and so held at once."""

QUEUE_KBYTES = 16_384
"""What the library reads ahead; its own default would be four times that."""


class TopicReader:
    """Records of committed transactions, a fetch at a time.

    Args:
        kafka: Where the broker is.
        topic: Real name.
        name: Names the client to the broker.
        absent: What to ask where the topic is not there, for example "Has a detector run?".

    Raises:
        MessagingError: broker absent, topic missing, authorization refused.

    Delivery: reads only; no group keeps its offsets. Memory holds one fetch and what the library reads ahead.
    """

    def __init__(self, kafka: KafkaSettings, topic: str, *, name: str, absent: str) -> None:
        self._kafka = kafka
        self._topic = topic
        reports = ConnectionReports()
        self._consumer: Consumer = make_consumer(
            {
                "queued.max.messages.kbytes": QUEUE_KBYTES,
                # at the end of a partition the broker waits so long for more before it says that there is none
                "fetch.wait.max.ms": 50,
                **kafka.properties,
                "error_cb": reports,
                "group.id": name,
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "enable.partition.eof": True,
            }
        )
        try:
            self.partitions = self._listed(reports, absent)
            """Numbers of the topic's partitions."""
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leaves the broker."""
        self._consumer.close()

    def ends(self, partition: int) -> tuple[int, int]:
        """First offset that a partition still holds, and the next one to be written.

        Raises:
            MessagingError: the broker does not say.
        """
        asked = TopicPartition(self._topic, partition)
        try:
            low, high = self._consumer.get_watermark_offsets(asked, timeout=CONTACT_SECONDS)
        except KafkaException as error:
            doing = f"asking where {self._topic}-{partition} begins and ends"
            raise translated(error, doing, topic=self._topic) from error
        return int(low), int(high)

    def first_since(self, partition: int, timestamp_ms: int) -> int | None:
        """First offset of a partition whose record is as young as a time, None where there is none.

        Raises:
            MessagingError: the broker does not say.
        """
        asked = [TopicPartition(self._topic, partition, max(0, timestamp_ms))]
        try:
            (found,) = self._consumer.offsets_for_times(asked, timeout=CONTACT_SECONDS)
        except KafkaException as error:
            raise translated(error, f"asking {self._topic}-{partition} for a time", topic=self._topic) from error
        return None if found.offset < 0 else int(found.offset)

    def read(
        self,
        starts: Mapping[int, int],
        ends: Mapping[int, int] | None = None,
        *,
        follow: bool = False,
        stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Message]:
        """Records from an offset of each partition to its end, in log order within a partition.

        Args:
            starts: Offset by partition; the library's names for beginning and end are offsets too.
            ends: Offset by partition before which to end, where that is not the end of the partition.
            follow: Go on with those that come later.
            stop: Asked between two fetches; ends it where it says yes.

        Raises:
            MessagingError: the broker refuses, or falls silent.
        """
        self._consumer.assign([TopicPartition(self._topic, number, offset) for number, offset in starts.items()])
        waiting, ends = set(starts), ends or {}
        while (follow or waiting) and not stop():
            messages = self._consumer.consume(FETCHED, 0.2 if follow else 0.05)
            if not messages and not follow:
                self._check_answering()
            for message in messages:
                self._check(message)
                number, offset = number_of(message.partition()), number_of(message.offset())
                if message.error() is None and offset < ends.get(number, offset + 1):
                    yield message
                if message.error() is not None or offset >= ends.get(number, offset + 2) - 1:
                    waiting.discard(number)

    def _check(self, message: Message) -> None:
        error = message.error()
        if error is not None and name_of(error) != "_PARTITION_EOF":
            raise translated(error, f"reading {self._topic}", topic=self._topic)

    def _listed(self, reports: ConnectionReports, absent: str) -> tuple[int, ...]:
        seconds = min(CONTACT_SECONDS, self._kafka.wait)
        listed = await_metadata(self._consumer, reports, self._kafka, topic=self._topic, seconds=seconds)
        found = listed.topics[self._topic]
        if found.error is not None and name_of(found.error) != "UNKNOWN_TOPIC_OR_PART":
            raise translated(found.error, f"asking for topic {self._topic}", topic=self._topic)
        if not found.partitions:
            raise TopicMissingError(
                f"Topic {self._topic} is not on {self._kafka.broker_url}. {absent}", topic=self._topic
            )
        return tuple(sorted(found.partitions))

    def _check_answering(self) -> None:
        try:
            self._consumer.list_topics(self._topic, timeout=READ_SECONDS)
        except KafkaException as error:
            raise KafkaUnreachableError(
                f"The broker at {self._kafka.broker_url} stopped answering while {self._topic} was read. "
                "Is it running?",
                topic=self._topic,
            ) from error


def number_of(place: int | None) -> int:
    """Partition or offset of a record that was read: the library's types allow none."""
    return -1 if place is None else place
