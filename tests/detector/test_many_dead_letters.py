"""Dead letters without end are listed and put back in bounded memory."""

import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from detector.dead_letter_report import print_list
from detector.dead_letters import DeadLetters, replay_all
from messaging.dead_letters.letter import Letter, LetterId
from messaging.dead_letters.reader import LetterReader, Unreadable
from messaging.dead_letters.replay import MOST_LETTERS, Replayer
from messaging.errors import RecordRefusedError
from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.pinned import pinned
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings
from tests.detector.running import Pipeline, running_detector
from tests.servers.platform import Platform

PER_KEY = MOST_LETTERS // 3 + 30
"""Three keys together give more letters than one transaction takes."""

on_the_sandbox = pytest.mark.parametrize("platform", ["sandbox"], indirect=True)
on_the_real_pair = pytest.mark.parametrize("platform", [pytest.param("real", marks=pytest.mark.real)], indirect=True)


class Held(dict[str, Any]):
    """A decoded record that tells when it is gone."""

    __slots__ = ("__weakref__",)


class Counting:
    """Decodes, and counts how many decoded records are held at once."""

    def __init__(self, decode: Callable[[bytes | None], Mapping[str, Any]]) -> None:
        self._decode = decode
        self._held = self.most = 0

    def __call__(self, value: bytes | None) -> Mapping[str, Any]:
        record = Held(self._decode(value))
        weakref.finalize(record, self._gone)
        self._held += 1
        self.most = max(self.most, self._held)
        return record

    def _gone(self) -> None:
        self._held -= 1


@pytest.fixture
def pipeline(platform: Platform) -> Pipeline:
    """Topics in which a detector has buried broken records, in both partitions."""
    made = Pipeline(platform)
    for key in (b"payer-1", b"payer-2", b"payer-3"):
        made.send(*[f"broken {number}".encode() for number in range(PER_KEY)], key=key)
    with running_detector(platform):
        made.wait_for_records(3 * PER_KEY, "dead-letter")
    return made


@pytest.fixture
def counting(pipeline: Pipeline) -> Iterator[Counting]:
    """Decodes dead letters."""
    with schema_registry_client(RegistrySettings(timeout=60)) as client:
        yield Counting(RecordDeserializer(WriterSchemas(client), pinned("dead-letter")).decode)


@pytest.fixture
def reader(pipeline: Pipeline, counting: Counting) -> Iterator[LetterReader]:
    """The topic as it is when the test begins."""
    with LetterReader(KafkaSettings(), pipeline.topics.dead_letter, counting) as opened:
        yield opened


def read_anew(pipeline: Pipeline, counting: Counting) -> list[Letter]:
    """All letters as they are now."""
    with LetterReader(KafkaSettings(), pipeline.topics.dead_letter, counting) as opened:
        return list(DeadLetters(opened).chosen())


@on_the_sandbox
def test_list_of_many_letters_holds_few_of_them(
    pipeline: Pipeline, reader: LetterReader, counting: Counting, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the newest of each partition are shown, all are counted, and hardly any is in memory at once."""
    total = len(pipeline.records("dead-letter"))
    print_list(DeadLetters(reader).chosen(), limit=3, as_json=False)
    told = capsys.readouterr()
    assert counting.most <= 3
    assert f"6 of {total} dead letters" in told.err
    shown = [LetterId.parse(line.split()[0]) for line in told.out.splitlines()]
    assert shown == sorted(shown)
    assert Counter(at.partition for at in shown) == {0: 3, 1: 3}
    newest = {message.partition(): message.offset() for message in pipeline.records("dead-letter")}
    assert {shown[2].offset, shown[5].offset} == set(newest.values())


@on_the_sandbox
def test_replay_of_many_letters_holds_one_transaction(
    pipeline: Pipeline, reader: LetterReader, counting: Counting
) -> None:
    """All are put back, each once, and no more are in memory at once than one transaction takes."""
    replayer = Replayer(KafkaSettings(), pipeline.topics.dead_letter)
    total = len(pipeline.records("transactions"))
    replays = replay_all(DeadLetters(reader).chosen(), replayer, force=False, internal=pipeline.topics.screened)
    done = sum(1 for each in replays if not each.obstacle)
    assert done == total > MOST_LETTERS
    assert counting.most <= MOST_LETTERS + 2
    assert Counter(message.value() for message in pipeline.records("transactions")).most_common(1)[0][1] == 6
    assert len(pipeline.records("transactions")) == 2 * total
    assert all(letter.replayed for letter in read_anew(pipeline, counting))


@on_the_real_pair
def test_replay_that_fails_leaves_whole_transactions(
    pipeline: Pipeline, reader: LetterReader, counting: Counting
) -> None:
    """What was put back before a failure stays so with its marker; of the transaction that failed nothing does.

    The sandbox hides no aborted records, and some of them are sent before the transaction fails.
    """
    replayer = Replayer(KafkaSettings(), pipeline.topics.dead_letter)
    letters = list(DeadLetters(reader).chosen())
    first, rest = letters[:MOST_LETTERS], letters[MOST_LETTERS:]
    refused = replace(rest[-1], record={**rest[-1].record, "value": bytes(2_000_000)})
    replaying = replayer.replay([*letters[:-1], refused], {})
    assert [next(replaying).id for _ in first] == [letter.id for letter in first]
    with pytest.raises(RecordRefusedError):
        next(replaying)
    assert [letter.replayed for letter in read_anew(pipeline, counting)] == [True] * len(first) + [False] * len(rest)


@on_the_sandbox
def test_letters_written_since_are_not_seen(pipeline: Pipeline, reader: LetterReader) -> None:
    """A reader sees the topic as it was when it was made, so that a replay does not meet what it causes."""
    before = [each.id for each in reader.letters()]
    with AcknowledgedProducer(KafkaSettings()) as producer:
        for number in range(20):
            producer.produce(pipeline.topics.dead_letter, f"{number}".encode(), b"no letter", 0)
    assert [each.id for each in reader.letters()] == before
    last = {at.partition: at.offset for at in before}
    assert reader.letter(LetterId(1, last[1])) is not None
    assert reader.letter(LetterId(1, last[1] + 1)) is None
    assert reader.letter(LetterId(7, 0)) is None


@on_the_sandbox
def test_value_that_is_no_letter_is_told_and_passed_over(pipeline: Pipeline, counting: Counting) -> None:
    """Foreign records in the topic hide no letter."""
    letters = len(read_anew(pipeline, counting))
    with AcknowledgedProducer(KafkaSettings()) as producer:
        producer.produce(pipeline.topics.dead_letter, None, b"no letter", 0)
        producer.produce(pipeline.topics.dead_letter, None, None, 0)
    told: list[Unreadable] = []
    with LetterReader(KafkaSettings(), pipeline.topics.dead_letter, counting) as reader:
        assert sum(1 for _ in DeadLetters(reader).chosen(on_unreadable=told.append)) == letters
    assert len(told) == 2
