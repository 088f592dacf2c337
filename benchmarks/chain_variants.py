"""The stateful detector's loop, run in a process of its own: `python -m benchmarks.chain_variants NAME COUNT`."""

import json
import sys
import time
from collections.abc import Sequence
from threading import Event
from typing import Any

from prometheus_client import CollectorRegistry

from benchmarks.measured import Measured, Stopwatch
from detector.chain.contracts import ChainContracts
from detector.chain.settings import StateSettings
from detector.chain.stream.progress import Progress
from detector.chain.stream.restoring import Restoring
from detector.chain.stream.run import chain_sorting
from detector.chain.stream.snapshots import Snapshots
from detector.chain.stream.sorting import StateKeeping
from detector.chain.wire import compile_wire
from detector.contracts import Contracts
from detector.rules.loading import load_rule_set
from detector.service import relieve_collector
from detector.stages.warming import compile_kernels
from messaging.clients import make_consumer, make_producer
from messaging.loop import ExactlyOnceLoop, Hold, InputBatch, Outputs, consumer_properties, producer_properties
from messaging.metrics import loop_metrics
from messaging.settings import KafkaSettings, LoopSettings
from schemas.settings import RegistrySettings, TopicSettings

NEVER = 1_000_000_000
SNAPSHOT_EVERY = {"chain": NEVER, "chain with snapshots": 100_000}
"""Records of a partition between two snapshots."""

PARTITIONS = 4
COMMIT_SECONDS = 0.1


class Watched:
    """A processor that stops the loop after so many committed verdicts; the watch runs from the first batch."""

    def __init__(self, inner: Any, registry: CollectorRegistry, count: int, stop: Event) -> None:
        self._inner, self._registry, self._count, self._stop = inner, registry, count, stop
        self.watch: Stopwatch | None = None
        for hook in ("assigned", "refuse", "committing", "aborted", "idle", "revoked", "lost"):
            setattr(self, hook, getattr(inner, hook))

    def process(self, batch: InputBatch, outputs: Outputs) -> Sequence[Hold]:
        """Starts the watch."""
        self.watch = self.watch or Stopwatch()
        holds: Sequence[Hold] = self._inner.process(batch, outputs)
        return holds

    @property
    def judged(self) -> int:
        """Payments with a verdict."""
        return sum(
            int(self._registry.get_sample_value("fraud_records_produced_total", {"output": output}) or 0)
            for output in ("legit", "fraud")
        )

    def committed(self, offsets: Any) -> None:
        """Stops where all is done."""
        self._inner.committed(offsets)
        if self.judged >= self._count:
            self._stop.set()


def chain(name: str, count: int) -> Measured:
    """Both stages with the shipped rules, in transactions."""
    topics, registry, kafka = TopicSettings(), RegistrySettings(), KafkaSettings()
    loop_settings = LoopSettings(commit_interval=COMMIT_SECONDS)
    rules, metrics, stop, group = load_rule_set(), loop_metrics(), Event(), f"bench-{time.time_ns()}"
    compile_kernels(rules)
    compile_wire()
    contracts, internal = Contracts.resolve(registry, topics), ChainContracts.resolve(registry, topics)
    state = StateSettings(snapshot_records=SNAPSHOT_EVERY[name], snapshot_minutes=10_000)
    snapshots = Snapshots(internal, topics, group, rules.hash, state)
    restoring = Restoring(kafka, topics, group, internal, rules, state, partitions=PARTITIONS)
    keeping = StateKeeping(restoring, snapshots, Progress(metrics.registry))
    processor = chain_sorting(rules, contracts, internal, topics, metrics.registry, keeping, PARTITIONS)
    watched = Watched(processor, metrics.registry, count, stop)
    loop = ExactlyOnceLoop(
        make_consumer(consumer_properties(kafka, loop_settings, group, restoring.inputs)),
        make_producer(producer_properties(kafka, loop_settings, group)),
        restoring.inputs,
        watched,
        settings=loop_settings,
        metrics=metrics,
        stop=stop,
        in_event_order=topics.transactions,
    )
    relieve_collector()
    loop.run()
    snapshots.close()
    return (watched.watch or Stopwatch()).stop(name, watched.judged)


def main() -> None:
    """Runs one variant and prints what it took, as JSON."""
    print(json.dumps(chain(sys.argv[1], int(sys.argv[2])).as_dict()))


if __name__ == "__main__":
    main()
