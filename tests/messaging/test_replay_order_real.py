"""Two topics that are replayed together, where only a real broker can tell."""

from collections.abc import Collection, Sequence

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from messaging.loop import event_order
from messaging.loop.brake import Brake
from messaging.partition import Partition
from messaging.settings import LoopSettings
from schemas.errors import RegistryUnreachableError
from tests.messaging.recorded import At, Recorder, RunningLoop
from tests.servers.kafka import KafkaServer
from tests.waiting import wait_for

pytestmark = pytest.mark.real

DAY = 1_790_000_000_000


def commit_to_the_end(kafka: KafkaServer, group: str, topics: Sequence[str]) -> None:
    """Commits all that lies in partition 0, as if it had been processed."""
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap_servers, "group.id": group})
    ends = [consumer.get_watermark_offsets(TopicPartition(topic, 0), 20)[1] for topic in topics]
    consumer.commit(
        offsets=[TopicPartition(topic, 0, end) for topic, end in zip(topics, ends, strict=True)], asynchronous=False
    )
    consumer.close()


def fill(kafka: KafkaServer, transactional_id: str, first: str, second: str, size: int = 1) -> Producer:
    """300 records in each topic, those of the second in between; then 300 aborted ones."""
    producer = Producer({"bootstrap.servers": kafka.bootstrap_servers, "transactional.id": transactional_id})
    producer.init_transactions()
    for topics, end in (((first, second), producer.commit_transaction), ((second,), producer.abort_transaction)):
        producer.begin_transaction()
        for topic in topics:
            for number in range(300):
                value = bytes(size if topic == first else 1)
                producer.produce(topic, value, b"key", 0, timestamp=DAY + 10 * number + 5 * (topic == second))
            producer.flush()
        end()
    return producer


@pytest.fixture
def topics(kafka: KafkaServer, topic_prefix: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Two input topics."""
    first, second, out = (f"{topic_prefix}.{name}" for name in ("first", "second", "out"))
    monkeypatch.setattr("tests.messaging.recorded.OUT", out)
    for topic in (first, second, out):
        kafka.create_topic(topic, 1)
    return first, second


def replaying(kafka: KafkaServer, recorder: Recorder, topics: tuple[str, str], group: str) -> RunningLoop:
    """A loop that replays both topics from their beginning."""
    commit_to_the_end(kafka, group, topics)
    recorder.start_at = 0
    settings = LoopSettings(transactional_id=f"{group}-loop", commit_interval=0.05, retry_wait=0.05, batch_records=50)
    return RunningLoop(
        kafka.bootstrap_servers, recorder, topics, group=group, settings=settings, in_event_order=topics[0]
    )


def by_time(topics: tuple[str, str]) -> list[At]:
    """What `fill` wrote and did not abort."""
    return [(topic, 0, offset) for offset in range(300) for topic in topics]


@pytest.mark.parametrize("held_topic", [None, 0, 1])
def test_replay_of_two_topics_follows_their_timestamps_to_markers_at_the_end(
    held_topic: int | None, kafka: KafkaServer, topics: tuple[str, str], topic_prefix: str
) -> None:
    """By turns as their times lie, also around a record that waits; aborted records and markers end it as well."""
    producer, recorder = fill(kafka, topic_prefix, *topics), Recorder()
    held: list[At] = []

    def hold_at(at: At) -> Exception | None:
        if held_topic is None or at != (topics[held_topic], 0, 100) or len(held) >= 2:
            return None
        held.append(at)
        return RegistryUnreachableError("away")

    recorder.hold_at = hold_at
    with replaying(kafka, recorder, topics, topic_prefix) as running:
        wait_for(lambda: running.loop.ready, 30, "readiness")
        producer.begin_transaction()
        producer.produce(topics[0], b"live", b"key", 0, timestamp=DAY)
        producer.commit_transaction()
        running.wait_until(lambda: recorder.done, "the live record", 30)
    assert len(held) == (0 if held_topic is None else 2)
    assert recorder.replayed == by_time(topics)
    assert recorder.done == [(topics[0], 0, 301)]


def test_replayed_topic_that_runs_ahead_is_paused(
    kafka: KafkaServer, topics: tuple[str, str], topic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However little room there is, and however much one topic gives at once, all are replayed in their order."""
    monkeypatch.setattr(event_order, "MOST_PENDING", 20)
    ahead: set[Partition] = set()
    turn = Brake.turn

    def noted(brake: Brake, those: Collection[Partition], *others: Collection[Partition]) -> None:
        ahead.update(those)
        turn(brake, those, *others)

    monkeypatch.setattr(Brake, "turn", noted)
    fill(kafka, topic_prefix, *topics, size=50_000)
    recorder = Recorder()
    with replaying(kafka, recorder, topics, topic_prefix) as running:
        wait_for(lambda: running.loop.ready, 30, "readiness")
    assert ahead
    assert recorder.replayed == by_time(topics)
