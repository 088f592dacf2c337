"""The detector's loop beside raw forwarding, per-record fastavro and Confluent's serdes, on the mock and on Kafka."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.measured import Measured, table
from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings
from sandbox.broker import EmbeddedBroker
from sandbox.registry.server import RegistryServer
from schemas.manifest import load_manifest
from schemas.registration.register import register
from schemas.registry.client import RegistryClient
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.columns.encoder import ColumnEncoder
from schemas.serdes.pinned import pinned
from schemas.serdes.serializer import RecordSerializer
from schemas.settings import RegistrySettings, TopicSettings
from tests.servers.java import missing_tools
from tests.servers.kafka import KafkaServer

ROUNDS = 3
COUNTS = {"raw": 1_000_000, "detector": 1_000_000, "fastavro": 400_000, "confluent": 100_000}
"""Records a run, so that no run takes much longer than the others."""

KAFKA_PARTITIONS = 4
MOCK_PARTITIONS = 32
"""The mock keeps 5 MB per partition; so many hold the records of one run."""

MOCK_SHARE = 0.6
POISON_EVERY = 1000


def run(rounds: int = ROUNDS) -> Iterator[str]:
    """Lines of a report; the real broker is left out, with a line that says so, where there is no Java."""
    with RegistryServer() as registry:
        with EmbeddedBroker() as broker:
            yield "### On librdkafka's mock broker"
            yield from _compared(broker.bootstrap_servers, registry.url, broker.create_topic, rounds, MOCK_PARTITIONS)
        missing = missing_tools()
        if missing:
            yield f"The real broker is left out: {missing}"
            return
        with tempfile.TemporaryDirectory() as folder, KafkaServer(Path(folder)) as kafka:
            yield "### On Apache Kafka 4.2.0"
            yield from _compared(kafka.bootstrap_servers, registry.url, kafka.create_topic, rounds, KAFKA_PARTITIONS)


def _compared(
    bootstrap: str, registry: str, create: Callable[[str, int], None], rounds: int, partitions: int
) -> Iterator[str]:
    share = MOCK_SHARE if partitions == MOCK_PARTITIONS else 1.0
    environment = {"KAFKA_BROKER_URL": bootstrap, "SCHEMA_REGISTRY_URL": registry}
    with _environment(environment):
        topics = TopicSettings()
        with RegistryClient(RegistrySettings()) as client:
            register(client, load_manifest(), topics)
        for contract in load_manifest():
            create(topics.name_of(contract.topic), partitions)
        total = int(max(COUNTS.values()) * share)
        _fill(topics.transactions, total, poison=False)
        create("poisoned", partitions)
        _fill("poisoned", total, poison=True)
        runs: list[Measured] = []
        for number in range(rounds):
            for name, count in COUNTS.items():
                runs.append(_child(name, int(count * share), {}))
                print(f"  round {number + 1} {name}: {runs[-1].rate:,.0f}/s", file=sys.stderr)
            poisoned = _child("detector", total, {"BENCHMARK_INPUT": "poisoned"})
            runs.append(
                Measured("detector, poison 1 in 1,000", poisoned.records, poisoned.seconds, poisoned.cpu_seconds)
            )
    yield table(runs, "raw")


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _child(name: str, count: int, variables: Mapping[str, str]) -> Measured:
    command = [sys.executable, "-m", "benchmarks.loop_variants", name, str(count)]
    done = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{name} ended with {done.returncode}: {done.stderr[-2000:]}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def payments(count: int, seed: int = 1) -> pl.DataFrame:
    """Payments of the tutorial's kind: one in ten is 900.00 or more."""
    rng = np.random.default_rng(seed)
    cents = rng.integers(100, 100_000, count)
    cents = np.where(rng.random(count) < 0.1, 90_000 + cents // 10, cents * 89_999 // 100_000)
    accounts = np.array([f"{number:012d}" for number in range(10_000)])
    return pl.DataFrame(
        {
            "id": [f"{number:032x}"[:20] for number in range(count)],
            "source": accounts[rng.integers(0, len(accounts), count)],
            "target": accounts[rng.integers(0, len(accounts), count)],
            "amount": pl.Series(cents).cast(pl.Decimal(38, 5)) / 100,
            "currency": pl.Series(["EUR"] * count),
            "occurred_at": pl.Series(np.arange(count) + 1_700_000_000_000).cast(pl.Datetime("ms", "UTC")),
        }
    )


def _fill(topic: str, count: int, *, poison: bool) -> None:
    topics = TopicSettings()
    with schema_registry_client(RegistrySettings()) as client, AcknowledgedProducer(KafkaSettings()) as producer:
        serializer = RecordSerializer(client, pinned("transactions"), topics.subject_of("transactions"), topics)
        encoder = ColumnEncoder(serializer)
        for start in range(0, count, 50_000):
            frame = payments(min(50_000, count - start), seed=start + 1)
            keys = frame["source"].to_list()
            for row, value in enumerate(encoder.encode(frame)):
                broken = poison and (start + row) % POISON_EVERY == 0
                producer.produce(
                    topic, keys[row].encode(), value[:-3] if broken else value, 1_790_000_000_000 + start + row
                )
