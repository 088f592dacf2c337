"""Properties of the loop's two clients."""

import os
import socket
from collections.abc import Mapping, Sequence

from messaging.producer import PARTITIONER
from messaging.settings import KafkaSettings, LoopSettings


def transactional_id(group: str, settings: LoopSettings) -> str:
    """Unique among live processes, and stable where a container restarts: `<group>-<hostname>-<pid>`.

    The group coordinator fences zombies by member and generation (KIP-447), so the id need not follow partitions. A
    constant would make replicas fence each other for ever.
    """
    return settings.transactional_id or f"{group}-{socket.gethostname()}-{os.getpid()}"


def consumer_properties(
    kafka: KafkaSettings, settings: LoopSettings, group: str, topics: Sequence[str]
) -> Mapping[str, object]:
    """Consumer: committed by the producer's transactions only, reads committed records only."""
    return {
        # The library sleeps up to 1 s by default when its queue is full; 0 would spin a core.
        "fetch.queue.backoff.ms": 10,
        "client.id": group,
        **_group(settings, topics),
        **kafka.properties,
        "group.id": group,
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "isolation.level": "read_committed",
        "auto.offset.reset": "earliest",
    }


def _group(settings: LoopSettings, topics: Sequence[str]) -> Mapping[str, object]:
    """How partitions are shared out. No static membership: containers get new hostnames when they are recreated."""
    together = len(topics) > 1
    if settings.group_protocol == "consumer":
        return {"group.protocol": "consumer", **({"group.remote.assignor": "range"} if together else {})}
    return {
        "session.timeout.ms": int(settings.session_timeout * 1000),
        "heartbeat.interval.ms": int(settings.session_timeout * 1000 / 4),
        # Partition i of all input topics must meet in one member; cooperative-sticky does not see to that.
        "partition.assignment.strategy": "range" if together else "cooperative-sticky",
    }


def producer_properties(kafka: KafkaSettings, settings: LoopSettings, group: str) -> Mapping[str, object]:
    """Producer: one per process, transactional, so also idempotent with acks=all."""
    return {
        "client.id": group,
        # A commit flushes at once; until then, larger batches cost less.
        "linger.ms": 20,
        "batch.size": 1_000_000,
        "batch.num.messages": 50_000,
        "queue.buffering.max.messages": 500_000,
        # A report per record is nothing anybody reads: one that failed shows when the transaction is committed.
        "delivery.report.only.error": True,
        **kafka.properties,
        "transactional.id": transactional_id(group, settings),
        "transaction.timeout.ms": int(settings.transaction_timeout * 1000),
        "partitioner": PARTITIONER,
    }
