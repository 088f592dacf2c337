"""Every kind of broken record, in the middle of good ones."""

from collections.abc import Mapping
from dataclasses import dataclass

from confluent_kafka import KafkaError, Message, Producer

from sandbox.broken_records import BrokenRecord, broken_records
from schemas.registry.client import RegistryClient
from schemas.settings import RegistrySettings
from tests.detector.running import NOW, Pipeline, payment, running_detector
from tests.servers.platform import Platform

UNKNOWN_ID = 1_999_999_999
GOOD = 60
TIMESTAMP_MS = int(NOW.timestamp() * 1000)


@dataclass(frozen=True)
class Sent:
    """A broken record and where it lies."""

    broken: BrokenRecord
    partition: int
    offset: int


def _send(pipeline: Pipeline, poison: tuple[BrokenRecord, ...]) -> Mapping[bytes, Sent]:
    """Sends the broken records between good ones; each has its kind for a key and a header."""
    producer = Producer({"bootstrap.servers": pipeline.platform.bootstrap_servers, "log_level": 2})
    sent: dict[bytes, Sent] = {}

    def report(error: KafkaError | None, message: Message) -> None:
        assert error is None
        broken = next((each for each in poison if each.kind.encode() == message.key()), None)
        if broken is not None:
            sent[message.key()] = Sent(broken, message.partition(), message.offset())

    def produce(key: bytes, value: bytes | None) -> None:
        producer.produce(
            pipeline.topics.transactions,
            value,
            key,
            timestamp=TIMESTAMP_MS,
            headers={"trace": key},
            on_delivery=report,
        )

    for number in range(GOOD):
        produce(b"payer", pipeline.serializer.encode(payment(number)))
        if number % 6 == 0 and number // 6 < len(poison):
            broken = poison[number // 6]
            produce(broken.kind.encode(), broken.value)
    producer.flush(30)
    return sent


def _other_id(pipeline: Pipeline) -> int:
    with RegistryClient(RegistrySettings()) as client:
        found = client.version(pipeline.topics.subject_of("dead-letter"), "latest")
    assert found is not None
    assert found.schema_id is not None
    return found.schema_id


def test_every_kind_of_poison_ends_as_a_typed_dead_letter(platform: Platform) -> None:
    """Each broken record is buried under its reason with its own bytes and coordinates, and the good ones go on."""
    pipeline = Pipeline(platform)
    payload = pipeline.serializer.encode(payment(1000))
    poison = broken_records(payload, other_id=_other_id(pipeline), unknown_id=UNKNOWN_ID)
    sent = _send(pipeline, poison)
    assert len(sent) == len(poison) == 9
    with running_detector(platform):
        pipeline.wait_for_records(GOOD + len(poison))
    letters = {letter["key"]: letter for letter in pipeline.decoded("dead-letter")}
    assert letters.keys() == sent.keys()
    for key, there in sent.items():
        letter = letters[key]
        assert (letter["reason"], key) == (there.broken.reason, key)
        assert letter["value"] == there.broken.value
        assert (letter["topic"], letter["partition"], letter["offset"]) == (
            pipeline.topics.transactions,
            there.partition,
            there.offset,
        )
        assert letter["timestamp"] == NOW
        assert letter["headers"] == [{"key": "trace", "value": key}]
        assert letter["message"]
    assert {record["id"] for record in pipeline.decoded("legit")} == {f"payment-{number}" for number in range(GOOD)}
    assert pipeline.records("fraud") == []


def test_poison_alone_in_its_partition(platform: Platform) -> None:
    """A topic that holds nothing but poison is worked off, and good records after it go their way."""
    pipeline = Pipeline(platform)
    with running_detector(platform):
        pipeline.send(*[b"poison"] * 50)
        pipeline.wait_for_records(50, "dead-letter")
        pipeline.send(*[pipeline.serializer.encode(payment(number)) for number in range(50)])
        pipeline.wait_for_records(50, "legit")
    assert len(pipeline.records("dead-letter")) == 50
