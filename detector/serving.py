"""A loop at work, with its health told over HTTP."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event

from detector.settings import DetectorSettings
from messaging.clients import make_consumer, make_producer
from messaging.http import HealthServer
from messaging.loop import ExactlyOnceLoop, Processor, consumer_properties, producer_properties
from messaging.metrics import LoopMetrics
from messaging.settings import KafkaSettings, LoopSettings
from schemas.settings import TopicSettings

STALLED_SECONDS = 60.0
"""A loop that has not come round for so long is stuck: a commit takes at most the transaction timeout."""


@dataclass(frozen=True, slots=True)
class RunSettings:
    """All settings of one detector."""

    detector: DetectorSettings
    kafka: KafkaSettings
    loop: LoopSettings
    topics: TopicSettings


def run_loop(
    settings: RunSettings,
    inputs: Sequence[str],
    processor: Processor,
    metrics: LoopMetrics,
    *,
    stop: Event,
    on_listening: Callable[[int], None] = lambda _: None,
    in_event_order: str | None = None,
) -> None:
    """Carries a processor's work until `stop` is set.

    Args:
        settings: Kafka, loop, group, address of the health server.
        inputs: Real names of the input topics.
        processor: The work.
        metrics: What is counted.
        stop: Ends the loop after the batch it is in; what is open is committed.
        on_listening: Told the port of the health server, where there is one.
        in_event_order: Input topic whose partitions are read in the order of their timestamps.

    Raises:
        MessagingError: an error that ends the process.

    Delivery: see `messaging.loop.ExactlyOnceLoop`.
    """
    group = settings.detector.group
    loop = ExactlyOnceLoop(
        make_consumer(consumer_properties(settings.kafka, settings.loop, group, inputs)),
        make_producer(producer_properties(settings.kafka, settings.loop, group)),
        inputs,
        processor,
        settings=settings.loop,
        metrics=metrics,
        stop=stop,
        in_event_order=in_event_order,
    )
    if settings.detector.http_port < 0:
        loop.run()
        return
    with HealthServer(
        settings.detector.http_host,
        settings.detector.http_port,
        metrics.registry,
        alive=lambda: _stalled(loop),
        ready=lambda: _unready(loop),
    ) as server:
        on_listening(server.port)
        loop.run()


def _stalled(loop: ExactlyOnceLoop) -> str | None:
    since = time.monotonic() - loop.turned_at
    return f"the loop has not come round for {since:.0f} s" if since > STALLED_SECONDS else None


def _unready(loop: ExactlyOnceLoop) -> str | None:
    if loop.ready:
        return None
    return "state is being rebuilt" if loop.rebalance.assigned else "the group has assigned no partitions"
