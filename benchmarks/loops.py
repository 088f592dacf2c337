"""The detector's loop beside raw forwarding, per-record fastavro and Confluent's serdes, on the mock and on Kafka."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.loop_variants import BATCH
from benchmarks.measured import Measured, ratio, table
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
RECORDS = 600_000
"""Input of a run of the fast variants."""

VARIANTS: tuple[tuple[str, str, float, str], ...] = (
    ("raw", "raw", 1, "transactions"),
    ("raw, called by position", "raw_by_position", 1, "transactions"),
    ("detector", "detector", 1, "transactions"),
    ("detector, poison 1 in 1,000", "detector", 0.5, "poisoned"),
    ("fastavro per record", "fastavro", 0.25, "transactions"),
    ("Confluent's serdes", "confluent", 0.1, "transactions"),
)
"""Name in the report, variant, share of the records so that no run takes much longer than the others, input."""

KAFKA_PARTITIONS = 4
MOCK_PARTITIONS = 32
"""The mock keeps 5 MB per partition; so many hold the records of one run."""

JVM = ("-Xmx1g", "-XX:+UseSerialGC")
POISON_EVERY = 1000

CONDITIONS = """\
Client and broker share the machine, so records/s depend on what else it does; the ratios come from rounds in which
the variants took turns (medians of {rounds}, ratios within a round; one round before them is not counted, in which
a broker compiles its code). CPU is that of the client
process, all its threads. {partitions}
partitions, values of {size} bytes, exactly once, commit every 100 ms, at most {batch:,} records at once, one payment in
ten flagged. `raw` forwards bytes and looks at nothing, written as the client's documentation does; `called by
position` leaves the keywords of `produce` away, as the service does. `detector` is the service's own loop: columns
with guard, the amount threshold, dead letters, legit bytes forwarded, flagged payments embedded with their finding.
`fastavro per record` and `Confluent's serdes` run in the same loop; the latter encodes legit payments again,
as its documentation shows. All have the service's garbage collector settings."""


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
        with tempfile.TemporaryDirectory() as folder, KafkaServer(Path(folder), jvm=JVM) as kafka:
            yield "### On Apache Kafka 4.2.0"
            yield from _compared(kafka.bootstrap_servers, registry.url, kafka.create_topic, rounds, KAFKA_PARTITIONS)


def _compared(
    bootstrap: str, registry: str, create: Callable[[str, int], None], rounds: int, partitions: int
) -> Iterator[str]:
    with environment({"KAFKA_BROKER_URL": bootstrap, "SCHEMA_REGISTRY_URL": registry}):
        topics = TopicSettings()
        inputs = {"transactions": topics.transactions, "poisoned": "poisoned"}
        prepared(create, partitions)
        create(inputs["poisoned"], partitions)
        size = fill(topics.transactions, RECORDS, poison=False)
        fill(inputs["poisoned"], RECORDS // 2, poison=True)
        runs: list[Measured] = []
        for number in range(rounds + 1):
            for name, variant, share, source in VARIANTS:
                ran = child("benchmarks.loop_variants", variant, int(RECORDS * share), BENCHMARK_INPUT=inputs[source])
                print(f"  round {number} {name}: {ran.rate:,.0f}/s, {ran.cpu_us:.2f} us", file=sys.stderr)
                if number:
                    runs.append(replace(ran, variant=name))
    yield CONDITIONS.format(batch=BATCH, rounds=rounds, partitions=partitions, size=size)
    yield table(runs, "raw")
    yield from _ratios(runs)


def _ratios(runs: list[Measured]) -> Iterator[str]:
    """What the loop promises, as this run has it."""
    of = {name: [run for run in runs if run.variant == name] for name, *_ in VARIANTS}
    times = ratio(of["detector"], of["Confluent's serdes"])
    kept = ratio(of["detector, poison 1 in 1,000"], of["detector"])
    yield (
        f"The detector's loop is {times:.1f} times as fast as Confluent's serdes; with one broken record in 1,000 it "
        f"keeps {kept:.0%} of its speed."
    )


def prepared(create: Callable[[str, int], None], partitions: int) -> None:
    """Registers all contracts and makes their topics."""
    topics = TopicSettings()
    with RegistryClient(RegistrySettings()) as client:
        register(client, load_manifest(), topics)
    for contract in load_manifest():
        create(topics.name_of(contract.topic), partitions)


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def child(module: str, name: str, count: int, **variables: str) -> Measured:
    """What a run in a process of its own took.

    Raises:
        RuntimeError: it failed, or took longer than two minutes.
    """
    command = [sys.executable, "-m", module, name, str(count)]
    try:
        done = subprocess.run(
            command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=120, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"{name} did not end within 120 s: {error.stderr!r}") from error
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
            "channel": pl.Series(["TRANSFER"] * count),
            "occurred_at": pl.Series(np.arange(count) + 1_700_000_000_000).cast(pl.Datetime("ms", "UTC")),
        }
    )


def fill(topic: str, count: int, *, poison: bool) -> int:
    """Writes payments, with the present for timestamps; the size of a value."""
    topics, now, value = TopicSettings(), time.time_ns() // 1_000_000, b""
    with schema_registry_client(RegistrySettings()) as client, AcknowledgedProducer(KafkaSettings()) as producer:
        serializer = RecordSerializer(client, pinned("transactions"), topics.subject_of("transactions"), topics)
        encoder = ColumnEncoder(serializer)
        for start in range(0, count, 50_000):
            frame = payments(min(50_000, count - start), seed=start + 1)
            keys = frame["source"].to_list()
            for row, value in enumerate(encoder.encode(frame)):
                broken = poison and (start + row) % POISON_EVERY == 0
                producer.produce(topic, keys[row].encode(), value[:-3] if broken else value, now)
    return len(value)
