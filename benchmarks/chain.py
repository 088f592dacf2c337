"""The stateful detector with the whole shipped set, two stages, in transactions, beside raw forwarding, on Kafka."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from benchmarks.chain_variants import SNAPSHOT_EVERY
from benchmarks.measured import Measured, table
from benchmarks.sending import send
from detector.chain.settings import StateSettings
from detector.score import payments_in
from generator.samples import labelled_sample
from sandbox.registry.server import RegistryServer
from schemas.manifest import load_manifest
from schemas.registration.register import register
from schemas.registry.client import RegistryClient
from schemas.settings import RegistrySettings, TopicSettings
from tests.servers.java import missing_tools
from tests.servers.kafka import KafkaServer

ROUNDS = 3
COUNT = 600_000
PARTITIONS = 4
VARIANTS = (
    ("benchmarks.loop_variants", "raw"),
    ("benchmarks.chain_variants", "chain"),
    ("benchmarks.chain_variants", "chain with snapshots"),
)


def run(rounds: int = ROUNDS, count: int = COUNT) -> Iterator[str]:
    """Lines of a report; a line that says so where there is no Java."""
    missing = missing_tools()
    if missing:
        yield f"Left out: {missing}"
        return
    yield (
        f"{count:,} payments: the carried sample, copy beside copy, each among accounts of its own. {PARTITIONS} "
        "partitions, one detector and one broker on the same cores; a round goes before that is not counted, in which "
        "the broker compiles its code. `chain with snapshots` takes one every "
        f"{SNAPSHOT_EVERY['chain with snapshots']:,} payments of a partition, both stages counted; by default a "
        f"service does so every {StateSettings().snapshot_records:,}."
    )
    with RegistryServer() as registry, tempfile.TemporaryDirectory() as folder:
        jvm = ("-Xmx1g", "-XX:+UseSerialGC")
        with KafkaServer(Path(folder), jvm=jvm) as kafka:
            environment = {"KAFKA_BROKER_URL": kafka.bootstrap_servers, "SCHEMA_REGISTRY_URL": registry.url}
            runs = list(_runs(kafka, environment, rounds, count))
    yield table(runs, "raw")


def _runs(kafka: KafkaServer, environment: Mapping[str, str], rounds: int, count: int) -> Iterator[Measured]:
    os.environ.update(environment)
    topics = TopicSettings()
    with RegistryClient(RegistrySettings()) as client:
        register(client, load_manifest(), topics)
    kafka.create_topic(topics.transactions, PARTITIONS)
    send(topics, payments(count).iter_slices(50_000))
    for number in range(rounds + 1):
        for module, name in VARIANTS:
            # internal and output topics of a run's own: what an earlier run screened would be judged again
            own = {
                f"{setting}_TOPIC": f"{setting.lower()}-{number}-{name.replace(' ', '-')}"
                for setting in ("LEGIT", "FRAUD", "DEAD_LETTER", "SCREENED", "SNAPSHOTS")
            }
            for topic in own.values():
                kafka.create_topic(topic, PARTITIONS)
            measured = _child(module, name, count, own)
            if number:
                yield measured


def _child(module: str, name: str, count: int, variables: Mapping[str, str]) -> Measured:
    environment = {**os.environ, **variables}
    register_all = [sys.executable, "-m", "schemas", "register"]
    subprocess.run(register_all, env=environment, check=True, capture_output=True)
    command = [sys.executable, "-m", module, name, str(count)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} ended with {done.returncode}: {done.stderr[-2000:]}")
    measured = Measured(**json.loads(done.stdout.splitlines()[-1]))
    print(f"  {name}: {measured.rate:,.0f}/s, {measured.cpu_us:.2f} us", file=sys.stderr)
    return measured


def payments(count: int) -> pl.DataFrame:
    """The carried sample as often as it takes, side by side in time, each copy among accounts of its own."""
    sample = payments_in(labelled_sample())
    copies = [
        sample.with_columns(
            *(pl.concat_str(pl.lit(f"{number}-"), pl.col(name)).alias(name) for name in ("id", "source", "target"))
        )
        for number in range(-(-count // sample.height))
    ]
    return pl.concat(copies).sort("occurred_at", maintain_order=True).head(count)
