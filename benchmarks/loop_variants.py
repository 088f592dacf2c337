"""The loops that are compared, each run in a process of its own: `python -m benchmarks.loop_variants NAME COUNT`."""

import io
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event
from typing import Any

import fastavro
from confluent_kafka import Message, Producer, TopicPartition
from confluent_kafka.schema_registry import Schema, SchemaReference
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from benchmarks.measured import Measured, Stopwatch
from detector.app import TransactionSorting
from detector.contracts import Contracts
from detector.rule_set import RuleSet
from detector.rules.amount_threshold import AmountThreshold
from detector.service import relieve_collector
from detector.settings import DetectorSettings
from detector.verdict_outputs import VerdictOutputs
from messaging.clients import make_consumer, make_producer
from messaging.logs import LogSettings, configure_logs
from messaging.loop import (
    ExactlyOnceLoop,
    Hold,
    InputBatch,
    Outputs,
    StatelessHooks,
    consumer_properties,
    producer_properties,
)
from messaging.metrics import LoopMetrics, loop_metrics
from messaging.partition import Partition
from messaging.settings import KafkaSettings, LoopSettings
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.frame import split
from schemas.serdes.pinned import pinned
from schemas.serdes.reading_client import reading_client
from schemas.serdes.serializer import RecordSerializer
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings

THRESHOLD = 900
COMMIT_SECONDS = 0.1
BATCH = LoopSettings().batch_records


class Counting(StatelessHooks):
    """Counts what a processor has done and stops the loop at `count` records.

    The watch runs from the first batch to the commit of the last, as in `raw`: joining and leaving the group are not
    in it.
    """

    def __init__(self, name: str, inner: Any, count: int, stop: Event) -> None:
        self._name, self._inner, self._count, self._stop = name, inner, count, stop
        self._done = 0
        self._watch: Stopwatch | None = None
        self.measured: Measured | None = None

    def process(self, batch: InputBatch, outputs: Outputs) -> Sequence[Hold]:
        self._watch = self._watch or Stopwatch()
        holds: Sequence[Hold] = self._inner.process(batch, outputs)
        self._done += len(batch)
        if self._done >= self._count:
            self._stop.set()
        return holds

    def committed(self, offsets: Mapping[Partition, int]) -> None:  # noqa: ARG002 (as the protocol says)
        if self._stop.is_set() and self._watch is not None and self.measured is None:
            self.measured = self._watch.stop(self._name, self._done)

    def refuse(self, *arguments: Any) -> None:
        self._inner.refuse(*arguments)


class PerRecord(StatelessHooks):
    """Decodes, judges and sends record by record; legit bytes are forwarded or encoded again."""

    def __init__(
        self,
        decode: Callable[[bytes], Any],
        flag: Callable[[Any], bytes],
        topics: TopicSettings,
        encode: Callable[[Any], bytes] | None = None,
    ) -> None:
        self._decode, self._flag, self._encode, self._topics = decode, flag, encode, topics

    def process(self, batch: InputBatch, outputs: Outputs) -> Sequence[Hold]:
        legit, fraud = self._topics.legit, self._topics.fraud
        for message in batch.messages:
            value = message.value()
            record = self._decode(value)
            at = message.timestamp()[1]
            if record["amount"] >= THRESHOLD:
                outputs.send(fraud, self._flag(record), message.key(), at)
            else:
                outputs.send(legit, self._encode(record) if self._encode else value, message.key(), at)
        return ()


def raw(count: int, topics: TopicSettings) -> Measured:
    """Bytes consumed and produced in transactions, nothing looked at, written as the client's documentation does."""

    def send(producer: Producer, messages: Sequence[Message]) -> None:
        for message in messages:
            producer.produce(topics.legit, message.value(), message.key(), timestamp=message.timestamp()[1])

    return _forwarding("raw", count, topics, send)


def raw_by_position(count: int, topics: TopicSettings) -> Measured:
    """The same with the client's `produce` called by position, as the service does: the ceiling of one process."""

    def send(producer: Producer, messages: Sequence[Message]) -> None:
        produce, topic = producer.produce, topics.legit
        for message in messages:
            produce(topic, message.value(), message.key(), -1, None, None, message.timestamp()[1])

    return _forwarding("raw, called by position", count, topics, send)


def _forwarding(
    name: str, count: int, topics: TopicSettings, send: Callable[[Producer, Sequence[Message]], None]
) -> Measured:
    kafka, loop = KafkaSettings(), LoopSettings()
    group = f"bench-raw-{time.time_ns()}"
    consumer = make_consumer(consumer_properties(kafka, loop, group, [topics.transactions]))
    producer = make_producer(producer_properties(kafka, loop, group))
    producer.init_transactions()
    consumer.subscribe([topics.transactions])
    done, watch, due, begun = 0, None, 0.0, False
    offsets: dict[int, int] = {}
    while done < count:
        messages = consumer.consume(BATCH, 0.1)
        if not messages:
            continue
        watch = watch or Stopwatch()
        if not begun:
            producer.begin_transaction()
            begun, due = True, time.monotonic() + COMMIT_SECONDS
        send(producer, messages)  # the queue holds half a million, a commit far less: it is never full
        for message in messages:
            offsets[message.partition()] = message.offset() + 1
        producer.poll(0)
        done += len(messages)
        if time.monotonic() >= due or done >= count:
            positions = [TopicPartition(topics.transactions, p, o) for p, o in offsets.items()]
            producer.send_offsets_to_transaction(positions, consumer.consumer_group_metadata())
            producer.commit_transaction()
            begun = False
    measured = (watch or Stopwatch()).stop(name, done)
    consumer.close()
    return measured


def detector(count: int, topics: TopicSettings) -> Measured:
    """The detector's own loop: columns with guard, one threshold rule, bytes forwarded."""
    settings = DetectorSettings()
    rules = RuleSet((AmountThreshold(settings.amount_threshold, settings.amount_thresholds),))
    contracts = Contracts.resolve(RegistrySettings(), topics)

    def processor(metrics: LoopMetrics) -> TransactionSorting:
        verdicts = VerdictOutputs(contracts, topics, rules.hash, metrics.registry)
        return TransactionSorting(contracts.reader, rules, verdicts)

    return _in_loop("detector", count, topics, processor)


def fastavro_per_record(count: int, topics: TopicSettings) -> Measured:
    """The same loop, decoding record by record with `fastavro.schemaless_reader`; legit bytes are forwarded."""
    registry = RegistrySettings()
    writers = WriterSchemas(reading_client(registry))
    flagged = RecordSerializer(schema_registry_client(registry), pinned("fraud"), topics.subject_of("fraud"), topics)
    parsed: dict[int, Any] = {}

    def decode(value: bytes) -> Any:
        schema_id, payload = split(value)
        if schema_id not in parsed:
            parsed[schema_id] = fastavro.parse_schema(writers.get(schema_id).schema)
        return fastavro.schemaless_reader(io.BytesIO(payload), parsed[schema_id], None)

    processor = PerRecord(decode, lambda record: flagged.encode(_flagged(record)), topics)
    return _in_loop("fastavro per record", count, topics, lambda _: processor)


def confluent(count: int, topics: TopicSettings) -> Measured:
    """The same loop with Confluent's AvroDeserializer and AvroSerializer, as their documentation shows."""
    registry = RegistrySettings()
    writing = schema_registry_client(registry)
    configuration = {"auto.register.schemas": False, "subject.name.strategy.type": "TOPIC"}
    payment, flagged = pinned("transactions"), pinned("fraud")
    reference = SchemaReference(payment.record, topics.subject_of("transactions"), payment.version)
    reader = AvroDeserializer(schema_registry_client(registry), payment.text)
    legit = AvroSerializer(writing, payment.text, conf=configuration)
    fraud = AvroSerializer(writing, Schema(flagged.text, "AVRO", [reference]), conf=configuration)
    came, kept, found = (
        SerializationContext(topic, MessageField.VALUE) for topic in (topics.transactions, topics.legit, topics.fraud)
    )
    processor = PerRecord(
        lambda value: reader(value, came),
        lambda record: fraud(_flagged(record), found),
        topics,
        lambda record: legit(record, kept),
    )
    return _in_loop("Confluent's serdes", count, topics, lambda _: processor)


VARIANTS: tuple[tuple[str, Callable[[int, TopicSettings], Measured]], ...] = (
    ("raw", raw),
    ("raw_by_position", raw_by_position),
    ("detector", detector),
    ("fastavro", fastavro_per_record),
    ("confluent", confluent),
)


def _in_loop(name: str, count: int, topics: TopicSettings, make: Callable[[Any], Any]) -> Measured:
    source = os.environ.get("BENCHMARK_INPUT", topics.transactions)
    kafka, settings = KafkaSettings(), LoopSettings(commit_interval=COMMIT_SECONDS)
    group, stop, metrics = f"bench-{time.time_ns()}", Event(), loop_metrics()
    counting = Counting(name, make(metrics), count, stop)
    ExactlyOnceLoop(
        make_consumer(consumer_properties(kafka, settings, group, (source,))),
        make_producer(producer_properties(kafka, settings, group)),
        (source,),
        counting,
        settings=settings,
        metrics=metrics,
        stop=stop,
    ).run()
    if counting.measured is None:
        raise RuntimeError(f"{name} stopped before {count} records were committed.")
    return counting.measured


def _flagged(record: dict[str, Any]) -> dict[str, Any]:
    finding = {
        "rule": "amount-threshold",
        "rule_version": 1,
        "level": "BLOCK",
        "score": 1,
        "reason": f"{record['amount']} {record['currency']} is at or above {THRESHOLD}",
        "measured": {"amount": str(record["amount"])},
        "threshold": str(THRESHOLD),
        "episode": "",
        "evidence": [record["id"]],
        "evidence_total": 1,
    }
    return {
        "transaction": record,
        "level": "BLOCK",
        "score": 1,
        "findings": [finding],
        "rule_set": "0" * 64,
        "transaction_version": 2,
    }


def main() -> None:
    """Runs one variant and prints what it took, as JSON."""
    name, count = sys.argv[1], int(sys.argv[2])
    configure_logs(LogSettings(level="warning"))
    relieve_collector()  # as the service does; the other variants shall not be slower for want of it
    print(json.dumps(dict(VARIANTS)[name](count, TopicSettings()).as_dict()))


if __name__ == "__main__":
    main()
