"""Brings the detector up: settings, broker, topics, registry, contracts, then the loop."""

import gc
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any, Final, TypeVar

import structlog
from pydantic_settings import BaseSettings

from detector.app import run_detector
from detector.chain.contracts import INTERNAL, ChainContracts
from detector.chain.settings import StateSettings
from detector.chain.stream.run import run_chain, same_partitions
from detector.contracts import Contracts
from detector.rule_set import RuleSet
from detector.rules.amount_threshold import AmountThreshold
from detector.rules.loading import SHIPPED, load_rule_set
from detector.rules.rule_set import RuleSet as StatefulRules
from detector.serving import RunSettings
from detector.settings import DetectorSettings
from messaging.errors import TopicMismatchError
from messaging.logs import LogSettings, configure_logs
from messaging.settings import KafkaSettings, LoopSettings, TopicCreationSettings
from messaging.signals import until_stopped
from messaging.topics import ensure_topics
from schemas.environment import from_environment
from schemas.manifest import load_manifest
from schemas.registration.await_registry import await_registry
from schemas.registry.client import RegistryClient
from schemas.settings import RegistrySettings, TopicSettings

log = structlog.get_logger()

THRESHOLD: Final = "threshold"
"""Name of the rule set that is no folder."""

SHIPPED_SET: Final = "shipped"
"""Name of the folder that comes with the package."""

Model = TypeVar("Model", bound=BaseSettings)


def start(options: Mapping[str, Any], stop: Event) -> None:
    """Runs a detector with the environment's settings until `stop` is set.

    Args:
        options: Fields of `DetectorSettings` that win over the environment; None leaves one alone.
        stop: Set by signals.

    Raises:
        DetectorError, MessagingError, SchemasError: one line that says what is wrong and what to do.
    """
    configure_logs(from_environment(LogSettings))
    settings, state = _given(DetectorSettings, options), _given(StateSettings, options)
    kafka, topics = from_environment(KafkaSettings), from_environment(TopicSettings)
    run = RunSettings(settings, kafka, from_environment(LoopSettings), topics)
    registry = from_environment(RegistrySettings)
    rules = None if state.rules == THRESHOLD else stateful_rules(state.rules)
    partitions = _partitions(kafka, topics, stop, stateful=rules is not None)
    _await_registry(registry, settings.registry_wait, stop)
    with ExitStack() as stack:
        contracts = stack.enter_context(Contracts.resolve(registry, topics))
        if rules is None:
            simple = threshold_rules(settings)
            log.info("detector_started", group=settings.group, topic=topics.transactions, rule_set=simple.hash)
            run_detector(run, contracts, simple, stop=stop, on_listening=partial(_listening, settings))
        else:
            chain = stack.enter_context(ChainContracts.resolve(registry, topics))
            log.info("detector_started", group=settings.group, topic=topics.transactions, rule_set=rules.hash)
            told = partial(_listening, settings)
            run_chain(run, state, contracts, chain, rules, partitions=partitions, stop=stop, on_listening=told)
    log.info("detector_stopped")


def stateful_rules(name: str) -> StatefulRules:
    """The rules of a folder, or of the package.

    Raises:
        RuleFileError, RuleSetError: no rules are there, or they are none.
    """
    return load_rule_set(SHIPPED if name == SHIPPED_SET else Path(name))


def _given(model: type[Model], options: Mapping[str, Any]) -> Model:
    """Settings of the environment, with the options that are given and theirs."""
    known = {name: value for name, value in options.items() if value is not None and name in model.model_fields}
    return from_environment(model).model_copy(update=known)


def _listening(settings: DetectorSettings, port: int) -> None:
    log.info("listening", host=settings.http_host, port=port)


def _partitions(kafka: KafkaSettings, topics: TopicSettings, stop: Event, *, stateful: bool) -> int:
    """Makes missing topics; the partitions of the input topic, which all that hold parts of the state must share."""
    ours = [contract.topic for contract in load_manifest() if "detector" in _of(contract)]
    names = _different([topics.name_of(topic) for topic in ours if stateful or topic not in INTERNAL])
    counts = ensure_topics(
        kafka,
        from_environment(TopicCreationSettings),
        names,
        compacted=(topics.snapshots,),
        on_progress=until_stopped(stop, lambda line: log.warning("waiting", what=line)),
    )
    return same_partitions(counts, topics)


def relieve_collector() -> None:
    """Lets the garbage collector of this process look seldom, and never at what exists already.

    For whoever owns the process. A batch is thousands of objects that all die by reference counting when it is done; by
    default the collector walks through them dozens of times meanwhile, for a third of the CPU of the whole loop. Cycles
    are still collected.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def threshold_rules(settings: DetectorSettings) -> RuleSet:
    """The amount threshold alone."""
    return RuleSet((AmountThreshold(settings.amount_threshold, settings.amount_thresholds),))


def _await_registry(registry: RegistrySettings, seconds: float, stop: Event) -> None:
    def tell(waited: float, obstacle: str) -> None:
        log.warning("waiting_for_registry", seconds=round(waited), obstacle=obstacle)

    with RegistryClient(registry) as client:
        await_registry(client, seconds, until_stopped(stop, tell))


def _of(contract: Any) -> set[str]:
    return {*contract.writers, *contract.readers}


def _different(names: list[str]) -> list[str]:
    """Topics of different contracts must differ: with one name for input and output, the output would be read again."""
    if len(set(names)) < len(names):
        raise TopicMismatchError(
            f"Two of the topics {', '.join(names)} have one name. Set TRANSACTIONS_TOPIC, LEGIT_TOPIC, FRAUD_TOPIC and "
            "DEAD_LETTER_TOPIC to different names."
        )
    return names
