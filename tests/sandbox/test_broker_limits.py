"""What the embedded broker is said not to do, it does not do, and the real one does."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from sandbox.broker import EmbeddedBroker
from sandbox.limits import LIMITS
from tests.waiting import wait_for

SECONDS = 30.0
NAMES = count()
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Server:
    """A broker to look at."""

    real: bool
    bootstrap_servers: str
    prefix: str
    create: Callable[[str, int], None]

    def seconds(self, *, real: float, embedded: float) -> float:
        """How long to wait: long for what comes, no longer than needed for what does not."""
        return real if self.real else embedded

    @property
    def answer_seconds(self) -> float:
        """Wait for an answer; the embedded broker gives none to a request that it does not understand."""
        return self.seconds(real=60.0, embedded=3.0)

    def topic(self, partitions: int = 1) -> str:
        name = f"{self.prefix}.limits.{next(NAMES)}"
        self.create(name, partitions)
        return name

    def client(self, **properties: Any) -> dict[str, Any]:
        return {"bootstrap.servers": self.bootstrap_servers, "log_level": 0, **properties}

    def transactional(self, name: str) -> Producer:
        producer = Producer(self.client(**{"transactional.id": f"{self.prefix}.{name}"}))
        producer.init_transactions(SECONDS)
        return producer


@pytest.fixture(params=[pytest.param("sandbox", id="sandbox"), pytest.param("real", id="real", marks=pytest.mark.real)])
def server(request: pytest.FixtureRequest, topic_prefix: str) -> Iterator[Server]:
    """The embedded broker, then the real one."""
    if request.param == "real":
        kafka = request.getfixturevalue("kafka")
        yield Server(True, kafka.bootstrap_servers, topic_prefix, kafka.create_topic)
        return
    with EmbeddedBroker() as broker:
        yield Server(False, broker.bootstrap_servers, topic_prefix, broker.create_topic)


def _read(server: Server, topic: str, until: Callable[[list[Message]], bool]) -> list[Message]:
    """Records of partition 0 as a read_committed reader sees them, until a condition or the end holds."""
    consumer = Consumer(server.client(**{"group.id": topic, "enable.auto.commit": False}))
    consumer.assign([TopicPartition(topic, 0, 0)])
    messages: list[Message] = []

    def enough() -> bool:
        messages.extend(m for m in consumer.consume(1000, 0.1) if m.error() is None)
        return until(messages)

    try:
        wait_for(enough, SECONDS, "the records of the topic")
    finally:
        consumer.close()
    return messages


def _values(messages: list[Message]) -> list[bytes | None]:
    return [message.value() for message in messages]


def _keeps_transaction_offsets(server: Server) -> bool:
    topic = server.topic()
    producer = server.transactional("offsets")
    consumer = Consumer(server.client(**{"group.id": topic, "auto.offset.reset": "earliest"}))
    consumer.subscribe([topic])
    wait_for(lambda: consumer.poll(0.1) is None and consumer.assignment(), SECONDS, "an assignment")
    producer.begin_transaction()
    producer.produce(topic, b"x")
    offsets = [TopicPartition(topic, 0, 7)]
    producer.send_offsets_to_transaction(offsets, consumer.consumer_group_metadata(), SECONDS)
    producer.commit_transaction(SECONDS)
    committed = consumer.committed([TopicPartition(topic, 0)], SECONDS)[0].offset
    consumer.close()
    return bool(committed == 7)


def _hides_aborted_records(server: Server) -> bool:
    topic = server.topic()
    producer = server.transactional("aborts")
    producer.begin_transaction()
    producer.produce(topic, b"aborted")
    producer.flush(SECONDS)
    producer.abort_transaction(SECONDS)
    producer.begin_transaction()
    producer.produce(topic, b"committed")
    producer.commit_transaction(SECONDS)
    return b"aborted" not in _values(_read(server, topic, lambda found: b"committed" in _values(found)))


def _hides_open_records(server: Server) -> bool:
    topic = server.topic()
    writer, opener = Producer(server.client()), server.transactional("open")
    writer.produce(topic, b"plain")
    writer.flush(SECONDS)
    opener.begin_transaction()
    opener.produce(topic, b"open")
    opener.flush(SECONDS)
    found = _read(server, topic, lambda found: b"plain" in _values(found))
    late = _read_at(server, topic, 1)
    opener.abort_transaction(SECONDS)
    return b"open" not in _values(found) and not late


def _read_at(server: Server, topic: str, offset: int) -> list[Message]:
    """What stands at an offset now: an answer comes within one fetch, and of the real broker none is to come."""
    consumer = Consumer(server.client(**{"group.id": topic, "fetch.wait.max.ms": 50}))
    consumer.assign([TopicPartition(topic, 0, offset)])
    messages = consumer.consume(1, server.seconds(real=1.0, embedded=10.0))
    consumer.close()
    return list(messages)


def _fences(server: Server) -> bool:
    topic = server.topic()
    older = server.transactional("one")
    older.begin_transaction()
    server.transactional("one")
    try:
        older.produce(topic, b"x")
        older.commit_transaction(SECONDS)
    except KafkaException as error:
        return error.args[0].code() == KafkaError._FENCED
    return False


def _creates_topics(server: Server) -> bool:
    name = f"{server.prefix}.created"
    admin = AdminClient(server.client())
    try:
        admin.create_topics([NewTopic(name, 2, 1)], request_timeout=server.answer_seconds)[name].result()
    except KafkaException:
        return False
    return True


def _misses_topics(server: Server) -> bool:
    name = f"{server.prefix}.missing"
    return Producer(server.client()).list_topics(name, SECONDS).topics[name].error is not None


def _tells_settings(server: Server) -> bool:
    resource = ConfigResource(ResourceType.TOPIC, server.topic())
    admin = AdminClient(server.client())
    seconds = server.answer_seconds
    said = wait_for(lambda: _settings(admin, resource, seconds), SECONDS, "an answer about the topic's settings")
    return said == "told"


def _settings(admin: AdminClient, resource: ConfigResource, seconds: float) -> str | None:
    try:
        admin.describe_configs([resource], request_timeout=seconds)[resource].result()
    except KafkaException as error:
        # A real broker may not have seen yet what its controller has just created.
        return None if error.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART else "refused"
    return "told"


def _answers_waiting_fetches(server: Server) -> bool:
    topic = server.topic()
    producer = Producer(server.client())
    producer.produce(topic, b"first")
    producer.flush(SECONDS)
    # Only now, since a fetch that comes before the first record would wait here already.
    waits = {"fetch.wait.max.ms": 60_000, "socket.timeout.ms": 120_000}
    consumer = Consumer(server.client(**{"group.id": topic, **waits}))
    consumer.assign([TopicPartition(topic, 0, 0)])
    wait_for(lambda: consumer.poll(0.1), SECONDS, "the first record")
    # Nothing is there now: this poll ends with a fetch waiting at the broker.
    assert consumer.poll(0.5) is None
    producer.produce(topic, b"second")
    producer.flush(SECONDS)
    came = consumer.poll(server.seconds(real=30.0, embedded=2.5)) is not None
    consumer.close()
    return came


def _keeps_more_than_5_mb(server: Server) -> bool:
    topic = server.topic()
    producer = Producer(server.client())
    for _ in range(80):
        producer.produce(topic, b"x" * 100_000)
    producer.flush(SECONDS)
    consumer = Consumer(server.client(**{"group.id": topic}))
    low, high = consumer.get_watermark_offsets(TopicPartition(topic, 0), SECONDS)
    consumer.close()
    return (low, high) == (0, 80)


def _delivered(server: Server, value: bytes, **more: Any) -> bool:
    failures: list[KafkaError | None] = []
    producer = Producer(server.client(**{"message.max.bytes": 20_000_000}))
    producer.produce(server.topic(), value, on_delivery=lambda error, _: failures.append(error), **more)
    producer.flush(SECONDS)
    return [error is None for error in failures] == [True]


def _refuses_the_future(server: Server) -> bool:
    return not _delivered(server, b"x", timestamp=time.time_ns() // 1_000_000 + 2 * HOUR_MS)


def _refuses_large_records(server: Server) -> bool:
    return not _delivered(server, b"x" * 2_000_000)


DOES: Mapping[str, Callable[[Server], bool]] = {
    "transaction_offsets": _keeps_transaction_offsets,
    "aborted_records": _hides_aborted_records,
    "open_records": _hides_open_records,
    "fencing": _fences,
    "topic_creation": _creates_topics,
    "missing_topic": _misses_topics,
    "topic_settings": _tells_settings,
    "fetch_waiting": _answers_waiting_fetches,
    "partition_size": _keeps_more_than_5_mb,
    "future_timestamps": _refuses_the_future,
    "record_size": _refuses_large_records,
}


@pytest.mark.parametrize("limit", sorted(DOES))
def test_limit_of_the_broker(server: Server, limit: str) -> None:
    """The real broker does what the limit names, the embedded one does not."""
    assert DOES[limit](server) is server.real


def test_limits_of_the_broker_all_have_a_test() -> None:
    """No entry of the list is without a test, and no test without an entry."""
    assert {limit.id for limit in LIMITS if limit.part == "broker"} == set(DOES)
