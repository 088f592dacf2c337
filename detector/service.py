"""Brings the detector up: settings, broker, topics, registry, contracts, then the loop."""

import gc
from collections.abc import Mapping
from threading import Event
from typing import Any

import structlog

from detector.app import RunSettings, run_detector
from detector.contracts import Contracts
from detector.rule_set import RuleSet
from detector.rules.amount_threshold import AmountThreshold
from detector.settings import DetectorSettings
from detector.sorting import Sorter
from messaging.errors import TopicMismatchError
from messaging.logs import LogSettings, configure_logs
from messaging.settings import KafkaSettings, LoopSettings, TopicCreationSettings
from messaging.topics import ensure_topics
from schemas.environment import from_environment
from schemas.manifest import load_manifest
from schemas.registration.await_registry import await_registry
from schemas.registry.client import RegistryClient
from schemas.settings import RegistrySettings, TopicSettings

log = structlog.get_logger()


def start(options: Mapping[str, Any], stop: Event) -> None:
    """Runs a detector with the environment's settings until `stop` is set.

    Args:
        options: Fields of `DetectorSettings` that win over the environment; None leaves one alone.
        stop: Set by signals.

    Raises:
        DetectorError, MessagingError, SchemasError: one line that says what is wrong and what to do.
    """
    configure_logs(from_environment(LogSettings))
    settings = from_environment(DetectorSettings)
    settings = settings.model_copy(update={name: value for name, value in options.items() if value is not None})
    kafka, topics = from_environment(KafkaSettings), from_environment(TopicSettings)
    loop_settings, registry = from_environment(LoopSettings), from_environment(RegistrySettings)
    creation = from_environment(TopicCreationSettings)
    names = _different([topics.name_of(contract.topic) for contract in load_manifest() if "detector" in _of(contract)])
    ensure_topics(kafka, creation, names, on_progress=lambda line: log.warning("waiting", what=line))
    _await_registry(registry, settings.registry_wait)
    with Contracts.resolve(registry, topics) as contracts:
        sorter = Sorter(contracts.decoder, rule_set(settings))
        log.info("detector_started", group=settings.group, topic=topics.transactions, rule_set=sorter.rules.hash)
        run_detector(
            RunSettings(settings, kafka, loop_settings, topics),
            contracts,
            sorter,
            stop=stop,
            on_listening=lambda port: log.info("listening", host=settings.http_host, port=port),
        )
    log.info("detector_stopped")


def relieve_collector() -> None:
    """Lets the garbage collector of this process look seldom, and never at what exists already.

    For whoever owns the process. A batch is thousands of objects that all die by reference counting when it is done; by
    default the collector walks through them dozens of times meanwhile, for a third of the CPU of the whole loop. Cycles
    are still collected.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def rule_set(settings: DetectorSettings) -> RuleSet:
    """The rules that the settings ask for."""
    return RuleSet((AmountThreshold(settings.amount_threshold, settings.amount_thresholds),))


def _await_registry(registry: RegistrySettings, seconds: float) -> None:
    with RegistryClient(registry) as client:
        await_registry(
            client,
            seconds,
            lambda waited, obstacle: log.warning("waiting_for_registry", seconds=round(waited), obstacle=obstacle),
        )


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
