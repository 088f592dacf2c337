"""The generator's path on the mock broker: record, encode, produce, until everything is acknowledged."""

import json
import sys
import time
from collections.abc import Iterator

from benchmarks.loops import MOCK_PARTITIONS, ROUNDS, child, environment, prepared
from benchmarks.measured import Measured, Stopwatch, table
from generator.connection import connect
from generator.event_plan import event_plan
from generator.pacing import FlatOut
from generator.patterns.registry import PATTERNS
from generator.service import Generation
from generator.settings import GeneratorSettings
from generator.stream import stream
from sandbox.broker import EmbeddedBroker
from sandbox.registry.server import RegistryServer

POPULATIONS = ("repeating", "random", "life")
RECORDS = 500_000


def run(rounds: int = ROUNDS) -> Iterator[str]:
    """Lines of a report."""
    runs: list[Measured] = []
    with (
        RegistryServer() as registry,
        EmbeddedBroker() as broker,
        environment({"KAFKA_BROKER_URL": broker.bootstrap_servers, "SCHEMA_REGISTRY_URL": registry.url}),
    ):
        prepared(broker.create_topic, MOCK_PARTITIONS)
        for number in range(rounds):
            for name in POPULATIONS:
                runs.append(child("benchmarks.generator", name, RECORDS))
                print(f"  round {number + 1} {name}: {runs[-1].rate:,.0f}/s", file=sys.stderr)
    yield (
        f"{RECORDS:,} payments a run, from the first drawn to the last acknowledged, flat-out, one process, by "
        f"population; medians of {rounds} rounds in turns. The mock broker runs on the same cores."
    )
    yield table(runs, POPULATIONS[0])


def generated(population: str, count: int) -> Measured:
    """What one run took."""
    connection = connect()
    settings = GeneratorSettings(transactions_per_second=0, population=population, seed=1)
    blocks = stream(settings, event_plan(0, time.time_ns() // 1_000_000 - count), patterns=PATTERNS)
    generation = Generation(connection.producer(), connection.topic, connection.encode, FlatOut(), ahead_ms=None)
    watch = Stopwatch()
    summary = generation.run(blocks, count=count)
    return watch.stop(population, summary.acknowledged)


if __name__ == "__main__":
    print(json.dumps(generated(sys.argv[1], int(sys.argv[2])).as_dict()))
