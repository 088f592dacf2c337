"""The exactly-once loop where only a real broker can tell."""

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings, LoopSettings
from schemas.errors import RegistryUnreachableError
from tests.messaging.recorded import At, Recorder, RunningLoop
from tests.pipeline.account import read_committed
from tests.servers.kafka import KafkaServer
from tests.waiting import wait_for

pytestmark = pytest.mark.real


def fill(kafka: KafkaServer, topic: str, *values: bytes) -> None:
    """Puts records into one partition."""
    with AcknowledgedProducer(KafkaSettings(broker_url=kafka.bootstrap_servers)) as producer:
        for value in values:
            producer.produce(topic, b"same key", value, 0)


def settings(group: str) -> LoopSettings:
    """Quick ones."""
    return LoopSettings(transactional_id=group, commit_interval=0.05, transaction_timeout=5, session_timeout=3)


def looping(kafka: KafkaServer, recorder: Recorder, topic: str, group: str) -> RunningLoop:
    """A loop over one topic, with quick settings."""
    return RunningLoop(kafka.bootstrap_servers, recorder, [topic], group=group, settings=settings(group))


@pytest.fixture
def topics(kafka: KafkaServer, topic_prefix: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Input topic of this test; `out` takes no record over 2,000 bytes."""
    for topic in ("out", "dead"):
        monkeypatch.setattr("tests.messaging.recorded." + topic.upper(), f"{topic_prefix}.{topic}")
    kafka.create_topic(f"{topic_prefix}.in", 1)
    kafka.create_topic(f"{topic_prefix}.out", 1, {"max.message.bytes": "2000"})
    kafka.create_topic(f"{topic_prefix}.dead", 1)
    return f"{topic_prefix}.in"


def test_record_that_the_broker_refuses_is_buried_alone(kafka: KafkaServer, topics: str, topic_prefix: str) -> None:
    """A record too large for the output topic is found, buried and passed; the others come out once."""
    values = [b"%d" % number for number in range(300)]
    fill(kafka, topics, *values[:100], bytes(3000), *values[100:])
    recorder = Recorder()
    with looping(kafka, recorder, topics, topic_prefix) as running:
        running.wait_until(lambda: len(recorder.done) >= 301, "all records committed", 60)
    assert recorder.refused == [((topics, 0, 100), 1)]
    out = [message.value() for message in read_committed(kafka.bootstrap_servers, f"{topic_prefix}.out")]
    dead = [message.value() for message in read_committed(kafka.bootstrap_servers, f"{topic_prefix}.dead")]
    assert (out, dead) == (values, [b"refused"])


def test_state_is_replayed_up_to_the_committed_offset(kafka: KafkaServer, topics: str, topic_prefix: str) -> None:
    """A processor that starts before the committed offset gets those records as replay, and sends nothing for them."""
    fill(kafka, topics, *(b"%d" % number for number in range(50)))
    first = Recorder()
    running = looping(kafka, first, topics, topic_prefix)
    with running:
        running.wait_until(lambda: len(first.done) >= 50, "the first records", 30)
    fill(kafka, topics, *(b"%d" % number for number in range(50, 80)))
    second = Recorder()
    second.start_at = 20
    running = looping(kafka, second, topics, topic_prefix)
    with running:
        running.wait_until(lambda: len(second.done) >= 30, "the other records", 30)
        wait_for(lambda: running.loop.ready, 10, "readiness")
    assert [offset for _, _, offset in second.replayed] == list(range(20, 50))
    assert [offset for _, _, offset in second.done] == list(range(50, 80))
    assert len(list(read_committed(kafka.bootstrap_servers, f"{topic_prefix}.out"))) == 80


def test_held_record_of_a_replay_keeps_its_live_records_back(
    kafka: KafkaServer, topics: str, topic_prefix: str
) -> None:
    """What a replay holds is replayed later with all behind it, although live records came along with it."""
    fill(kafka, topics, *(b"%d" % number for number in range(50)))
    first = Recorder()
    running = looping(kafka, first, topics, topic_prefix)
    with running:
        running.wait_until(lambda: len(first.done) >= 50, "the first records", 30)
    fill(kafka, topics, *(b"%d" % number for number in range(50, 80)))
    second, held = Recorder(), []

    def hold_at(at: At) -> Exception | None:
        if at != (topics, 0, 30) or len(held) >= 2:
            return None
        held.append(at)
        return RegistryUnreachableError("away")

    second.start_at, second.hold_at = 20, hold_at
    running = looping(kafka, second, topics, topic_prefix)
    with running:
        running.wait_until(lambda: second.done and second.done[-1][2] == 79, "the live records", 30)
    assert len(held) == 2
    assert [offset for _, _, offset in second.replayed] == list(range(20, 50))
    assert [offset for _, _, offset in second.done] == list(range(50, 80))


def deleted_unread(running: RunningLoop) -> list[float]:
    """Offsets counted as deleted before they were read, by topic."""
    families = {family.name: family for family in running.metrics.registry.collect()}
    samples = families["fraud_records_deleted_unread"].samples
    return [sample.value for sample in samples if sample.name.endswith("_total")]


def test_records_deleted_before_they_were_read_are_counted(kafka: KafkaServer, topics: str, topic_prefix: str) -> None:
    """A loop that was away while its log was cut goes on at the first record there, and says how much is missing."""
    for count, cut, begin in ((10, 0, 0), (20, 25, 25)):
        fill(kafka, topics, *(b"%d" % number for number in range(count)))
        if cut:
            admin = AdminClient({"bootstrap.servers": kafka.bootstrap_servers})
            admin.delete_records([TopicPartition(topics, 0, cut)])[TopicPartition(topics, 0)].result(20)
        recorder = Recorder()
        running = looping(kafka, recorder, topics, topic_prefix)
        with running:
            end = 30 if cut else 10
            running.wait_until(lambda: recorder.done and recorder.done[-1][2] == end - 1, "the records", 30)  # noqa: B023
        assert [offset for _, _, offset in recorder.done] == list(range(begin, end))
        assert deleted_unread(running) == ([15.0] if cut else [])


def test_markers_of_transactions_are_no_deleted_records(kafka: KafkaServer, topics: str, topic_prefix: str) -> None:
    """Offsets that hold no record for a reader of committed records are not counted as deleted."""
    for number in range(2):
        fill(kafka, topics, b"%d" % number)
        recorder = Recorder()
        running = looping(kafka, recorder, topics, topic_prefix)
        with running:
            running.wait_until(lambda: recorder.done, "the record", 30)  # noqa: B023
    second, reader = Recorder(), f"{topic_prefix}-reader"
    kafka.create_topic(f"{topic_prefix}.out2", 1)
    chained = looping(kafka, second, f"{topic_prefix}.out", reader)
    with pytest.MonkeyPatch.context() as patched, chained:
        patched.setattr("tests.messaging.recorded.OUT", f"{topic_prefix}.out2")
        chained.wait_until(lambda: len(second.done) == 2, "the records", 30)
    assert [offset for _, _, offset in second.done] == [0, 2]
    assert deleted_unread(chained) == []


def test_markers_of_transactions_are_no_lag(kafka: KafkaServer, topics: str, topic_prefix: str) -> None:
    """Input that was itself written in transactions ends in a marker, which is committed as read and is no lag."""
    fill(kafka, topics, b"1")
    first = Recorder()
    running = looping(kafka, first, topics, topic_prefix)
    with running:
        running.wait_until(lambda: first.done, "the record", 30)
    second, reader = Recorder(), f"{topic_prefix}-reader"
    kafka.create_topic(f"{topic_prefix}.out2", 1)
    chained = looping(kafka, second, f"{topic_prefix}.out", reader)
    with pytest.MonkeyPatch.context() as patched, chained:
        patched.setattr("tests.messaging.recorded.OUT", f"{topic_prefix}.out2")
        chained.wait_until(lambda: second.done, "the record", 30)

        def lags() -> list[float]:
            (family,) = [each for each in chained.metrics.registry.collect() if each.name == "fraud_lag_records"]
            return [sample.value for sample in family.samples]

        wait_for(lambda: lags() == [0.0], 15, "no lag")
