"""A detector with a million accounts behind it, killed and started again, on Kafka."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import polars as pl
from confluent_kafka import Consumer

import benchmarks.rules as histories
from benchmarks.sending import send
from messaging.settings import KafkaSettings
from sandbox.registry.server import RegistryServer
from schemas.manifest import load_manifest
from schemas.registration.register import register
from schemas.registry.client import RegistryClient
from schemas.settings import RegistrySettings, TopicSettings
from tests.servers.java import missing_tools
from tests.servers.kafka import KafkaServer
from tests.servers.ports import free_ports
from tests.waiting import wait_for

PARTITIONS = 4
PAYMENTS = 2_000_000
SNAPSHOT_RECORDS = 400_000
"""Records of a partition between two snapshots: what was folded in since the last one is replayed."""
LONG = 900.0
"""Seconds that the history may take."""


def run(count: int = PAYMENTS) -> Iterator[str]:
    """Lines of a report; a line that says so where there is no Java."""
    missing = missing_tools()
    if missing:
        yield f"Left out: {missing}"
        return
    with ExitStack() as stack:
        registry = stack.enter_context(RegistryServer())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kafka = stack.enter_context(KafkaServer(folder, jvm=("-Xmx1g", "-XX:+UseSerialGC")))
        os.environ |= {"KAFKA_BROKER_URL": kafka.bootstrap_servers, "SCHEMA_REGISTRY_URL": registry.url}
        topics = TopicSettings()
        with RegistryClient(RegistrySettings()) as client:
            register(client, load_manifest(), topics)
        kafka.create_topic(topics.transactions, PARTITIONS)
        yield from _measured(topics, count, folder)


def _measured(topics: TopicSettings, count: int, folder: Path) -> Iterator[str]:
    (port,) = free_ports(1)
    environment = {
        "DETECTOR_RULES": "shipped",
        "DETECTOR_HTTP_PORT": str(port),
        "DETECTOR_SNAPSHOT_RECORDS": str(SNAPSHOT_RECORDS),
        "LOOP_TRANSACTIONAL_ID": "restarted",  # as a container keeps its host name and process id
        "TOPIC_PARTITIONS": str(PARTITIONS),
        "TOPIC_RETENTION_HOURS": "-1",
    }
    send(topics, histories.blocks(count))
    with _detector(environment, folder) as process:
        wait_for(lambda: _value(port, "fraud_records_produced_total") >= count, LONG, "verdicts on the history")
        before = _value(port, "fraud_state_accounts")
        process.kill()
        process.wait(10)
    watch = time.perf_counter()
    with _detector(environment, folder), _verdicts(topics) as verdict:
        wait_for(lambda: _ready(port), LONG, "the state")
        ready = time.perf_counter() - watch
        send(topics, [_probe()])
        wait_for(verdict, 60.0, "the verdict on a payment that came after the kill")
        scored = time.perf_counter() - watch
        replayed = _value(port, "fraud_records_replayed_total")
        wait_for(lambda: _value(port, "fraud_state_accounts") > 0, 30.0, "the count of accounts")
        after = _value(port, "fraud_state_accounts")
    yield (
        f"{count:,} payments over {histories.DAYS} days, {before:,.0f} accounts known in {PARTITIONS} partitions, a "
        f"snapshot every {SNAPSHOT_RECORDS:,} records of a partition. After `kill -9`: the process starts, joins its "
        f"group when the old member's session is over, loads {PARTITIONS} snapshots, replays {replayed:,.0f} records "
        f"and is ready after **{ready:.1f} s**; the verdict on the next payment is there after {scored:.1f} s. "
        f"{after:,.0f} accounts are known again."
    )


def _probe() -> pl.DataFrame:
    frame = next(histories.blocks()).tail(1)
    return frame.with_columns(pl.lit("probe").alias("id"))


@contextmanager
def _detector(environment: Mapping[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "detector.log").open("ab") as log:
        command = [sys.executable, "-m", "detector", "run"]
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=log)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)


@contextmanager
def _verdicts(topics: TopicSettings) -> Iterator[Callable[[], bool]]:
    """Says whether a verdict has been committed since the beginning."""
    properties = {"bootstrap.servers": KafkaSettings().broker_url, "group.id": "probe", "auto.offset.reset": "latest"}
    consumer = Consumer({**properties, "isolation.level": "read_committed"})
    consumer.subscribe([topics.legit, topics.fraud])
    wait_for(lambda: (consumer.poll(0.1), consumer.assignment())[1], 30.0, "partitions of the outputs")
    try:
        yield lambda: consumer.poll(0.1) is not None
    finally:
        consumer.close()


def _ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def _value(port: int, name: str) -> float:
    """Sum of a metric over its labels; 0 while nobody answers."""
    try:
        text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
    except httpx.HTTPError:
        return 0.0
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))
