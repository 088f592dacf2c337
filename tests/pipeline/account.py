"""What lies in the topics: the account that exactly-once is judged by."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec, TopicMetadata

from schemas.registry.confluent import schema_registry_client
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.pinned import pinned
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings
from tests.waiting import wait_for


@dataclass(frozen=True)
class Account:
    """How often each record came out, by id."""

    expected: Counter[str]
    legit: Counter[str]
    fraud: Counter[str]
    dead: Counter[str]

    @property
    def out(self) -> Counter[str]:
        """All outputs together."""
        return self.legit + self.fraud + self.dead

    @property
    def missing(self) -> int:
        """Input records without any output."""
        return sum((self.expected - self.out).values())

    @property
    def surplus(self) -> int:
        """Output records too many."""
        return sum((self.out - self.expected).values())


def take_account(environment: Mapping[str, str]) -> Account:
    """Reads all four topics as a `read_committed` reader, and names each record."""
    with schema_registry_client(RegistrySettings(url=environment["SCHEMA_REGISTRY_URL"], timeout=60)) as client:
        return _account(environment, WriterSchemas(client))


def _account(environment: Mapping[str, str], writers: WriterSchemas) -> Account:
    payment = RecordDeserializer(writers, pinned("transactions"))
    flagged = RecordDeserializer(writers, pinned("fraud"))
    letter = RecordDeserializer(writers, pinned("dead-letter"))

    def names(variable: str, name: Callable[[bytes], str]) -> Counter[str]:
        messages = read_committed(environment["KAFKA_BROKER_URL"], environment[variable])
        return Counter(name(message.value() or b"") for message in messages)

    return Account(
        expected=names("TRANSACTIONS_TOPIC", lambda value: _name(value, payment)),
        legit=names("LEGIT_TOPIC", lambda value: payment.decode(value)["id"]),
        fraud=names("FRAUD_TOPIC", lambda value: flagged.decode(value)["transaction"]["id"]),
        dead=names("DEAD_LETTER_TOPIC", lambda value: _name(letter.decode(value)["value"], payment)),
    )


def _name(value: bytes, payment: RecordDeserializer) -> str:
    """Id of a payment; a poisoned record names itself."""
    return value.decode() if value.startswith(b"poison") else payment.decode(value)["id"]


def read_committed(bootstrap_servers: str, topic: str) -> Iterator[Message]:
    """All committed records of a topic, up to the end of each partition."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap_servers,
            "group.id": "account",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
            "fetch.queue.backoff.ms": 10,
            # the broker answers at once at the end of a partition, not after half a second without records
            "fetch.wait.max.ms": 5,
        }
    )
    try:
        yield from _up_to_the_end(consumer, topic)
    finally:
        consumer.close()


def _up_to_the_end(consumer: Consumer, topic: str) -> Iterator[Message]:
    waiting = set(consumer.list_topics(topic, timeout=60).topics[topic].partitions)
    consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in waiting])
    while waiting:
        messages = consumer.consume(5000, 0.02)
        for message in messages:
            error = message.error()
            if error is None:
                yield message
            elif error.code() == KafkaError._PARTITION_EOF:
                waiting.discard(message.partition())
            else:
                raise AssertionError(error)


class Lengths:
    """Offsets in use over all partitions of some topics: records, aborted ones, markers.

    Args:
        bootstrap_servers: The real broker; one client asks for all partitions at once, again and again.
        topics: They exist.
    """

    def __init__(self, bootstrap_servers: str, topics: Sequence[str]) -> None:
        self._admin = AdminClient({"bootstrap.servers": bootstrap_servers, "log_level": 2})
        # a topic that was just made may not be listed yet
        listed = wait_for(lambda: self._listed(topics), 60, f"{topics} to be listed")
        self._partitions = {
            topic: [TopicPartition(topic, number) for number in listed[topic].partitions] for topic in topics
        }

    def _listed(self, topics: Sequence[str]) -> Mapping[str, TopicMetadata] | None:
        listed = self._admin.list_topics(timeout=60).topics
        return listed if set(topics) <= listed.keys() else None

    def of(self, *topics: str) -> int:
        """Together over these of them."""
        asked = [partition for topic in topics for partition in self._partitions[topic]]
        return sum(wait_for(lambda: self._ends(asked), 60, f"the ends of {topics}"))

    def _ends(self, asked: Sequence[TopicPartition]) -> Sequence[int] | None:
        """End of each partition; None where the broker does not tell all.

        A broker that stood still, or was away, leads with a new epoch: the client then asks with the old one until it
        has listed the topics again, or gets an end that is none.
        """
        told = self._admin.list_offsets({partition: OffsetSpec.latest() for partition in asked}, request_timeout=10)
        try:
            ends = [answer.result().offset for answer in told.values()]
        except KafkaException:
            self._admin.list_topics(timeout=60)
            return None
        return None if min(ends) < 0 else ends
