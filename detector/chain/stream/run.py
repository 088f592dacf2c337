"""Runs the stateful detector."""

from collections.abc import Callable, Mapping
from threading import Event

import structlog
from prometheus_client import CollectorRegistry

from detector.chain.contracts import ChainContracts
from detector.chain.settings import StateSettings
from detector.chain.stream.progress import Progress
from detector.chain.stream.restoring import Restoring
from detector.chain.stream.retention import check_retention
from detector.chain.stream.snapshots import Snapshots
from detector.chain.stream.sorting import ChainSorting, StateKeeping
from detector.chain.wire import compile_wire
from detector.contracts import Contracts
from detector.rules.rule_set import RuleSet
from detector.serving import RunSettings, run_loop
from detector.stages.warming import compile_kernels
from detector.verdict_outputs import VerdictOutputs
from messaging.errors import TopicMismatchError
from messaging.metrics import loop_metrics
from schemas.settings import TopicSettings

log = structlog.get_logger()


def run_chain(
    settings: RunSettings,
    state: StateSettings,
    contracts: Contracts,
    chain: ChainContracts,
    rules: RuleSet,
    *,
    partitions: int,
    stop: Event,
    on_listening: Callable[[int], None] = lambda _: None,
) -> None:
    """Runs one stateful detector until `stop` is set; topics exist and contracts are resolved when it is called.

    Args:
        settings: Kafka, loop, topics, group.
        state: Snapshots and bounds.
        contracts: Payments in, verdicts out.
        chain: Internal contracts.
        rules: The rule set.
        partitions: Partitions of the input topic, see `same_partitions`.
        stop: Ends the loop after the batch it is in; what is open is committed.
        on_listening: Told the port of the health server, where there is one.

    Raises:
        MessagingError, DetectorError: an error that ends the process.

    Delivery: see `detector.chain.stream.sorting.ChainSorting`.
    """
    check_retention(settings.kafka, settings.topics, state, rules)
    compile_kernels(rules)
    compile_wire()
    group, topics, metrics = settings.detector.group, settings.topics, loop_metrics()
    snapshots = Snapshots(chain, topics, group, rules.hash, state)
    restoring = Restoring(settings.kafka, topics, group, chain, rules, state, partitions=partitions)
    try:
        keeping = StateKeeping(restoring, snapshots, Progress(metrics.registry))
        processor = chain_sorting(rules, contracts, chain, topics, metrics.registry, keeping, partitions)
        run_loop(
            settings,
            restoring.inputs,
            processor,
            metrics,
            stop=stop,
            on_listening=on_listening,
            in_event_order=topics.transactions,
        )
    finally:
        snapshots.close()


def chain_sorting(  # noqa: PLR0917 the parts of the processor, put together
    rules: RuleSet,
    contracts: Contracts,
    chain: ChainContracts,
    topics: TopicSettings,
    registry: CollectorRegistry,
    keeping: StateKeeping,
    partitions: int,
) -> ChainSorting:
    """The processor of the loop."""
    verdicts = VerdictOutputs(contracts, topics, rules.hash, registry)
    return ChainSorting(rules, contracts, chain, topics, verdicts=verdicts, keeping=keeping, partitions=partitions)


def same_partitions(counts: Mapping[str, int], topics: TopicSettings) -> int:
    """The number of partitions of the input topic, which internal topics must have too.

    Raises:
        TopicMismatchError: one has another number.
    """
    wanted = counts[topics.transactions]
    for topic in (topics.screened, topics.snapshots):
        if counts.get(topic, wanted) != wanted:
            raise TopicMismatchError(
                f"{topic} has {counts[topic]} partitions and {topics.transactions} has {wanted}; both roles of an "
                f"account meet only where the numbers are equal. Give {topic} {wanted} partitions.",
                topic=topic,
            )
    return wanted
