"""Reads a dead-letter topic as it is at one moment, one letter at a time."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self

from confluent_kafka import OFFSET_BEGINNING, Message

from messaging.dead_letters.letter import REPLAYED, Letter, LetterId
from messaging.settings import KafkaSettings
from messaging.topic_reader import TopicReader, number_of
from schemas.errors import RecordError

OFFSET = "q"
"""Type code of an array of offsets."""


class Unreadable(NamedTuple):
    """A value in the topic that is no dead letter, with why."""

    id: LetterId
    why: str


class LetterReader:
    """Letters of committed transactions, with what is known of their replay.

        offsets    0: letter   1: letter   2: marker of 0   3: letter │ 4: letter, written since
                   ╰──────────── what was there when the reader was made ╯

    Markers lie behind their letters, so the topic is read once for the markers, and then again for the letters.

    Args:
        kafka: Where the broker is.
        topic: Real name of the dead-letter topic.
        decode: From a value to a `fraud.DeadLetter`; raises RecordError for a value that is none.

    Raises:
        MessagingError: broker absent, topic missing, authorization refused.

    Delivery: reads only; no group keeps its offsets. Memory holds one fetch of records, and eight bytes for each letter
    that was replayed; records that come after the reader was made are not seen.
    """

    def __init__(self, kafka: KafkaSettings, topic: str, decode: Callable[[bytes | None], Mapping[str, Any]]) -> None:
        self._decode = decode
        self._reader = TopicReader(kafka, topic, name="fraud-detector-dead-letters", absent="Has a detector run?")
        self._ends = dict.fromkeys(self._reader.partitions, 0)
        self._replayed = {number: array(OFFSET) for number in self._reader.partitions}
        try:
            self._note_markers()
        except BaseException:
            self._reader.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.close()

    def letters(self) -> Iterator[Letter | Unreadable]:
        """All there is, in the order of partitions and offsets.

        Raises:
            MessagingError: the broker refuses, or falls silent.
            RegistryError: the letters' schema cannot be had.
        """
        for partition in self._reader.partitions:
            yield from self._from(LetterId(partition, OFFSET_BEGINNING))

    def letter(self, at: LetterId) -> Letter | Unreadable | None:
        """What lies at an id, None where nothing does; raises as `letters`."""
        if at.offset >= self._ends.get(at.partition, 0) or at.offset < self._reader.ends(at.partition)[0]:
            return None
        found = next(self._from(at), None)
        return found if found is not None and found.id == at else None

    def _from(self, start: LetterId) -> Iterator[Letter | Unreadable]:
        end = self._ends[start.partition]
        for message in self._reader.read({start.partition: start.offset}, {start.partition: end}) if end else ():
            if _marked(message) is None:
                yield self._read(_id_of(message), message.value())

    def _read(self, at: LetterId, value: bytes | None) -> Letter | Unreadable:
        try:
            return Letter(at, self._decode(value), replayed=self._is_replayed(at))
        except RecordError as error:
            return Unreadable(at, str(error))

    def _is_replayed(self, at: LetterId) -> bool:
        offsets = self._replayed[at.partition]
        place = bisect_left(offsets, at.offset)
        return place < len(offsets) and offsets[place] == at.offset

    def _note_markers(self) -> None:
        for message in self._reader.read(dict.fromkeys(self._reader.partitions, OFFSET_BEGINNING)):
            at, marked = _id_of(message), _marked(message)
            self._ends[at.partition] = at.offset + 1
            if marked is not None and marked.partition in self._replayed:
                self._replayed[marked.partition].append(marked.offset)
        self._replayed = {number: array(OFFSET, sorted(offsets)) for number, offsets in self._replayed.items()}


def _id_of(message: Message) -> LetterId:
    return LetterId(number_of(message.partition()), number_of(message.offset()))


def _marked(message: Message) -> LetterId | None:
    """The letter of whose replay a record tells; None where it is a letter itself."""
    if message.value() is not None:
        return None
    for name, value in message.headers() or ():
        if name == REPLAYED and value is not None:
            return LetterId.parse(value.decode() if isinstance(value, bytes) else value)
    return None
