"""Brings the alerts up: settings, broker, topics, registry, sinks, then the service."""

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from confluent_kafka.schema_registry import SchemaRegistryClient
from prometheus_client import CollectorRegistry

from detector.alerts.app import AlertService
from detector.alerts.delivery import Backoff, Delivery
from detector.alerts.letters import AlertDeadLetters
from detector.alerts.metrics import AlertMetrics
from detector.alerts.past import Past
from detector.alerts.quiet import QuietEpisodes
from detector.alerts.rate_limit import RateLimit
from detector.alerts.settings import AlertSettings
from detector.alerts.sink import Sink
from detector.alerts.sinks import sinks_of
from detector.alerts.teller import Teller
from detector.errors import SettingsError
from messaging.http import HealthServer
from messaging.logs import LogSettings, configure_logs
from messaging.producer import AcknowledgedProducer
from messaging.settings import KafkaSettings, TopicCreationSettings
from messaging.signals import until_stopped
from messaging.topics import ensure_topics
from schemas.environment import from_environment
from schemas.manifest import contract
from schemas.registration.await_registry import await_registry
from schemas.registry.client import RegistryClient
from schemas.registry.confluent import schema_registry_client
from schemas.serdes.deserializer import RecordDeserializer
from schemas.serdes.pinned import pinned
from schemas.serdes.reading_client import reading_client
from schemas.serdes.serializer import RecordSerializer
from schemas.serdes.writer_schemas import WriterSchemas
from schemas.settings import RegistrySettings, TopicSettings

log = structlog.get_logger()

SERVICE = "alerts"
STALLED_SECONDS = 60.0
"""A service that has not come round for so long is stuck: every wait inside it is shorter."""


def start(stop: threading.Event) -> None:
    """Tells alerts with the environment's settings until `stop` is set.

    Raises:
        DetectorError, MessagingError, SchemasError: one line that says what is wrong and what to do.
    """
    configure_logs(from_environment(LogSettings))
    settings, topics = from_environment(AlertSettings), from_environment(TopicSettings)
    kafka, registry = from_environment(KafkaSettings), from_environment(RegistrySettings)
    sinks = sinks_of(settings, lambda: datetime.fromtimestamp(time.time(), UTC))  # noqa: TID251 (the edge's clock)
    if not sinks:
        raise SettingsError("Alerts have nowhere to go. Set ALERTS_WEBHOOK_URL, or ALERTS_SMTP_HOST and its company.")
    names = (topics.fraud, topics.alerts_dead_letter)
    tell = until_stopped(stop, lambda line: log.warning("waiting", what=line))
    ensure_topics(kafka, from_environment(TopicCreationSettings), names, on_progress=tell)
    with RegistryClient(registry) as client:
        await_registry(client, settings.registry_wait, until_stopped(stop, _say_waiting))
    metrics = AlertMetrics(CollectorRegistry())
    with (
        AcknowledgedProducer(kafka) as producer,
        schema_registry_client(registry) as writing,
        reading_client(registry) as reading,
    ):
        letters = AlertDeadLetters(producer, topics.alerts_dead_letter, _encoder(topics, writing))
        deliveries = [_delivery(sink, settings, stop.wait) for sink in sinks]
        teller = _teller(settings, WriterSchemas(reading), deliveries, letters, metrics=metrics)
        log.info("alerts_started", group=settings.group, topic=topics.fraud, sinks=[sink.name for sink in sinks])
        _run(settings, kafka, topics, teller, metrics=metrics, stop=stop)
    log.info("alerts_stopped")


def _run(
    settings: AlertSettings,
    kafka: KafkaSettings,
    topics: TopicSettings,
    teller: Teller,
    *,
    metrics: AlertMetrics,
    stop: threading.Event,
) -> None:
    turned = [time.monotonic()]

    def turn() -> None:
        turned[0] = time.monotonic()

    quiet_ms = round(settings.quiet * 1000)
    past = Past(kafka, group=settings.group, topic=topics.fraud, fold=teller.fold, quiet_ms=quiet_ms, stop=stop)
    service = AlertService(
        kafka, group=settings.group, topic=topics.fraud, teller=teller, past=past, stop=stop, on_turn=turn
    )
    if settings.http_port < 0:
        service.run()
        return
    with HealthServer(
        settings.http_host,
        settings.http_port,
        metrics.registry,
        alive=lambda: None if time.monotonic() - turned[0] < STALLED_SECONDS else "the service has not come round",
        ready=lambda: None if service.assigned else "no partitions have been assigned yet",
    ) as server:
        log.info("listening", host=settings.http_host, port=server.port)
        service.run()


def _encoder(topics: TopicSettings, client: SchemaRegistryClient) -> Callable[[Mapping[str, Any]], bytes]:
    letter = pinned("alerts-dead-letter", contract("alerts-dead-letter").writers[SERVICE])
    serializer = RecordSerializer(client, letter, topics.subject_of("alerts-dead-letter"), topics)
    serializer.prepare()
    return serializer.encode


def _teller(
    settings: AlertSettings,
    writer_schemas: WriterSchemas,
    deliveries: Sequence[Delivery],
    letters: AlertDeadLetters,
    *,
    metrics: AlertMetrics,
) -> Teller:
    flagged = pinned("fraud", contract("fraud").readers[SERVICE])
    return Teller(
        RecordDeserializer(writer_schemas, flagged).decode,
        deliveries,
        letters,
        QuietEpisodes(round(settings.quiet * 1000)),
        minimum_level=settings.minimum_level,
        metrics=metrics,
    )


def _delivery(sink: Sink, settings: AlertSettings, pause: Callable[[float], bool]) -> Delivery:
    return Delivery(
        sink,
        backoff=Backoff(first=settings.first_retry, give_up_after=settings.give_up_after),
        limit=RateLimit(settings.rate_per_minute),
        clock=time.monotonic,
        pause=pause,
        rng=random.Random(sink.name),
    )


def _say_waiting(waited: float, obstacle: str) -> None:
    log.warning("waiting_for_registry", seconds=round(waited), obstacle=obstacle)
