"""The loops that are compared, each run in a process of its own: `python -m benchmarks.loop_variants NAME COUNT`."""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from threading import Event
from typing import Any

from confluent_kafka import TopicPartition
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from benchmarks.measured import Measured, Stopwatch
from detector.app import TransactionSorting
from detector.contracts import Contracts
from detector.rule_set import RuleSet
from detector.rules.amount_threshold import AmountThreshold
from detector.settings import DetectorSettings
from detector.sorting import Sorter
from messaging.clients import make_consumer, make_producer
from messaging.loop import (
    ExactlyOnceLoop,
    Hold,
    InputBatch,
    Outputs,
    StatelessHooks,
    consumer_properties,
    producer_properties,
)
from messaging.metrics import loop_metrics
from messaging.settings import KafkaSettings, LoopSettings
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.pinned import pinned
from schemas.serdes.reading_client import reading_client
from schemas.serdes.serializer import RecordSerializer
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings

THRESHOLD = 900
COMMIT_SECONDS = 0.1
BATCH = 5000


class Counting(StatelessHooks):
    """Counts what a processor has done and stops the loop at `count` records; the watch runs from the first batch."""

    def __init__(self, inner: Any, count: int, stop: Event) -> None:
        self._inner, self._count, self._stop = inner, count, stop
        self.done = 0
        self.watch: Stopwatch | None = None

    def process(self, batch: InputBatch, outputs: Outputs) -> Sequence[Hold]:
        self.watch = self.watch or Stopwatch()
        holds: Sequence[Hold] = self._inner.process(batch, outputs)
        self.done += len(batch)
        if self.done >= self._count:
            self._stop.set()
        return holds

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
    """The ceiling of one Python process: bytes consumed and produced in transactions, nothing looked at."""
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
        for message in messages:
            while True:
                try:
                    producer.produce(topics.legit, message.value(), message.key(), timestamp=message.timestamp()[1])
                    break
                except BufferError:
                    producer.poll(0.05)
            offsets[message.partition()] = message.offset() + 1
        producer.poll(0)
        done += len(messages)
        if time.monotonic() >= due or done >= count:
            positions = [TopicPartition(topics.transactions, p, o) for p, o in offsets.items()]
            producer.send_offsets_to_transaction(positions, consumer.consumer_group_metadata())
            producer.commit_transaction()
            begun = False
    measured = (watch or Stopwatch()).stop("raw", done)
    consumer.close()
    return measured


def detector(count: int, topics: TopicSettings) -> Measured:
    """The detector's own loop: columns with guard, one threshold rule, bytes forwarded."""
    settings = DetectorSettings()
    rules = RuleSet((AmountThreshold(settings.amount_threshold, settings.amount_thresholds),))
    contracts = Contracts.resolve(RegistrySettings(), topics)
    sorter = Sorter(contracts.decoder, rules)
    return _in_loop(
        "detector", count, topics, lambda metrics: TransactionSorting(sorter, contracts, topics, metrics.registry)
    )


def fastavro(count: int, topics: TopicSettings) -> Measured:
    """The same loop, decoding record by record with fastavro; legit bytes are forwarded."""
    registry = RegistrySettings()
    reader = RecordDeserializer(WriterSchemas(reading_client(registry)), pinned("transactions"))
    writer = RecordSerializer(schema_registry_client(registry), pinned("fraud"), topics.subject_of("fraud"), topics)
    processor = PerRecord(reader.decode, lambda record: writer.encode(_flagged(record)), topics)
    return _in_loop("fastavro per record", count, topics, lambda _: processor)


def confluent(count: int, topics: TopicSettings) -> Measured:
    """The same loop with Confluent's AvroDeserializer and AvroSerializer, as their documentation shows."""
    registry = RegistrySettings()
    writing, configuration = schema_registry_client(registry), {"auto.register.schemas": False}
    text = pinned("transactions").text
    reader = AvroDeserializer(schema_registry_client(registry), text)
    payment = AvroSerializer(writing, text, conf=configuration)
    # Its serializer takes a schema with references as a Schema object; the payment alone costs no more than that.
    in_context = SerializationContext(topics.transactions, MessageField.VALUE)
    out_context = SerializationContext(topics.legit, MessageField.VALUE)
    processor = PerRecord(
        lambda value: reader(value, in_context),
        lambda record: payment(record, out_context),
        topics,
        lambda record: payment(record, out_context),
    )
    return _in_loop("Confluent's serdes", count, topics, lambda _: processor)


VARIANTS: tuple[tuple[str, Callable[[int, TopicSettings], Measured]], ...] = (
    ("raw", raw),
    ("detector", detector),
    ("fastavro", fastavro),
    ("confluent", confluent),
)


def _in_loop(name: str, count: int, topics: TopicSettings, make: Callable[[Any], Any]) -> Measured:
    source = os.environ.get("BENCHMARK_INPUT", topics.transactions)
    kafka, settings = KafkaSettings(), LoopSettings(commit_interval=COMMIT_SECONDS, batch_records=BATCH)
    group, stop, metrics = f"bench-{time.time_ns()}", Event(), loop_metrics()
    counting = Counting(make(metrics), count, stop)
    loop = ExactlyOnceLoop(
        make_consumer(consumer_properties(kafka, settings, group, (source,))),
        make_producer(producer_properties(kafka, settings, group)),
        (source,),
        counting,
        settings=settings,
        metrics=metrics,
        stop=stop,
    )
    loop.run()
    return (counting.watch or Stopwatch()).stop(name, counting.done)


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
    return {"transaction": record, "level": "BLOCK", "score": 1, "findings": [finding], "rule_set": "benchmark"}


def main() -> None:
    """Runs one variant and prints what it took, as JSON."""
    name, count = sys.argv[1], int(sys.argv[2])
    print(json.dumps(dict(VARIANTS)[name](count, TopicSettings()).as_dict()))


if __name__ == "__main__":
    main()
