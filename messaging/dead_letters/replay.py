"""Puts dead letters back on the topic they came from, each at most once."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from confluent_kafka import KafkaException, Producer

from messaging.clients import make_producer
from messaging.dead_letters.letter import REPLAY_COUNT, REPLAY_ORIGIN, REPLAYED, Letter, LetterId
from messaging.errors import MessagingError
from messaging.foreign import translated
from messaging.loop.envelopes import Headers
from messaging.loop.outputs import NOW, Outputs
from messaging.loop.transaction import Transaction
from messaging.producer import ANY_PARTITION, PARTITIONER
from messaging.settings import KafkaSettings

TIMEOUT_SECONDS = 60
"""Transaction timeout; one transaction holds no more than the bounds below."""

MOST_LETTERS = 500
"""Letters put back in one transaction, and so held at once."""

MOST_BYTES = 8 * 1024 * 1024
"""Bytes of values put back in one transaction; a larger one goes alone."""


class Replayer:
    """Writes records and the markers of their replay, some hundred letters a transaction.

    Args:
        kafka: Where the broker is.
        topic: Real name of the dead-letter topic.

    Raises:
        MessagingError: the coordinator refuses or does not answer.

    A record with a key goes where its key says, one without goes to the partition it died in: where records have no
    keys, as in the detector's internal topic, the partition says whose they are.

    Delivery: record and marker are there together or not at all. What fails leaves whole transactions behind, so that
    the next replay goes on where this one ended. All replayers of one topic share a transactional id, so a second one
    fences the first: make this object before the letters are read, and nothing is replayed twice.
    """

    def __init__(self, kafka: KafkaSettings, topic: str) -> None:
        self._topic = topic
        self._counts: dict[str, int] = {}
        self._producer: Producer = make_producer(
            {
                **kafka.properties,
                "transactional.id": f"dead-letters-replay-{topic}",
                "transaction.timeout.ms": TIMEOUT_SECONDS * 1000,
                "partitioner": PARTITIONER,
            }
        )
        self._transaction = Transaction(self._producer)
        self._transaction.init()

    def replay(self, letters: Iterable[Letter], values: Mapping[LetterId, bytes]) -> Iterator[Letter]:
        """Puts letters back, and gives each when it is there to stay.

        Args:
            letters: What to put back; the caller has checked that each may be.
            values: Repaired values by letter; the others go back as they were.

        Raises:
            MessagingError: nothing was written but what was given before.
        """
        for together in portions(letters):
            self._replay(together, values)
            yield from together
            together.clear()  # else it would be held while the next is read

    def _replay(self, letters: Iterable[Letter], values: Mapping[LetterId, bytes]) -> None:
        outputs = Outputs(self._producer)
        self._transaction.begin()
        try:
            for letter in letters:
                self._put_back(letter, values.get(letter.id, letter.record["value"]), outputs)
            self._producer.commit_transaction(TIMEOUT_SECONDS)
        except (KafkaException, MessagingError) as error:
            raise self._undone(error) from error
        self._transaction.open = False

    def _put_back(self, letter: Letter, value: bytes, outputs: Outputs) -> None:
        record = letter.record
        timestamp_ms, partition = timestamp_of(letter), self._partition(record)
        outputs.send(record["topic"], value, record["key"], timestamp_ms, self._headers(letter), partition)
        outputs.send(self._topic, None, record["key"], NOW, [(REPLAYED, str(letter.id).encode())], letter.id.partition)

    def _partition(self, record: Mapping[str, Any]) -> int:
        """Where a record goes back to; where its partition is gone, with the topic that had it, any will do."""
        topic, partition = record["topic"], int(record["partition"])
        if record["key"] is not None:
            return ANY_PARTITION
        if topic not in self._counts:
            self._counts[topic] = len(self._producer.list_topics(topic, TIMEOUT_SECONDS).topics[topic].partitions)
        return partition if partition < self._counts[topic] else ANY_PARTITION

    def _headers(self, letter: Letter) -> Headers:
        kept: Headers = [
            (header["key"], header["value"])
            for header in letter.record["headers"]
            if header["key"] not in (REPLAY_COUNT, REPLAY_ORIGIN)
        ]
        kept.append((REPLAY_COUNT, str(letter.replay_count + 1).encode()))
        kept.append((REPLAY_ORIGIN, f"{self._topic}:{letter.id}".encode()))
        return kept

    def _undone(self, error: KafkaException | MessagingError) -> MessagingError:
        # Where this fails, the coordinator aborts it when its timeout is over; the first error says why.
        with suppress(MessagingError):
            self._transaction.abort()
        return error if isinstance(error, MessagingError) else translated(error, "replaying dead letters")


def portions(letters: Iterable[Letter]) -> Iterator[list[Letter]]:
    """Letters in order, cut into what one transaction takes."""
    together: list[Letter] = []
    size = 0
    for letter in letters:
        length = len(letter.record["value"] or b"")
        if together and (len(together) >= MOST_LETTERS or size + length > MOST_BYTES):
            yield together
            together, size = [], 0
        together.append(letter)
        size += length
    if together:
        yield together


def timestamp_of(letter: Letter) -> int:
    """Timestamp of the record that died, milliseconds since 1970."""
    moment = letter.record["timestamp"]
    return int(moment) if isinstance(moment, int) else round(moment.timestamp() * 1000)
