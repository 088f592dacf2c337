"""The detector as a service: the only file of this package that knows Kafka."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress
from threading import Event

import numpy as np
import structlog
from prometheus_client import CollectorRegistry

from detector.contracts import Contracts
from detector.settings import DetectorSettings
from detector.sorting import Decoded, Sorter
from detector.verdict import Verdict
from messaging.clients import make_consumer, make_producer
from messaging.dead_letter import dead_letter, reason_of
from messaging.errors import RecordRefusedError
from messaging.http import HealthServer
from messaging.loop import (
    ExactlyOnceLoop,
    Hold,
    InputBatch,
    Outputs,
    StatelessHooks,
    consumer_properties,
    producer_properties,
)
from messaging.loop.outputs import NOW
from messaging.loop.record import Record
from messaging.metrics import counter, gauge, loop_metrics
from messaging.partition import Partition
from messaging.settings import KafkaSettings, LoopSettings
from schemas.errors import RegistryUnreachableError
from schemas.settings import TopicSettings

log = structlog.get_logger()

STALLED_SECONDS = 60.0
"""A loop that has not come round for so long is stuck: a commit takes at most the transaction timeout."""


class TransactionSorting(StatelessHooks):
    """Sorts payments into legit, fraud and dead letters.

    Delivery: every input record gives exactly one output record, in the transaction that commits its offset. Each is
    counted when it is sent; an aborted transaction is counted again.

    Args:
        sorter: Decodes and judges.
        contracts: How each output is written.
        topics: Real names of the outputs.
        registry: Gets the counters.
    """

    def __init__(
        self, sorter: Sorter, contracts: Contracts, topics: TopicSettings, registry: CollectorRegistry
    ) -> None:
        self._sorter = sorter
        self._contracts = contracts
        self._topics = topics
        produced = counter(registry, "fraud_records_produced_total", ("output",))
        self._legit = produced.labels("legit")
        self._fraud = produced.labels("fraud")
        self._dead = produced.labels("dead_letter")
        self._dead_by_reason = counter(registry, "fraud_dead_letters_total", ("reason",))
        self._findings = counter(registry, "fraud_findings_total", ("rule",))
        gauge(registry, "fraud_build_info", ("rule_set",)).labels(sorter.rules.hash).set(1)

    def process(self, batch: InputBatch, outputs: Outputs) -> Sequence[Hold]:
        """Sends one record to one output for each record of the batch, up to the first that must wait."""
        batch, values, decoded, holds = self._decidable(batch)
        if not batch:
            return holds
        verdicts = self._sorter.judge(decoded)
        self._forward(batch, values, decoded, verdicts, outputs)
        self._flag(batch, values, decoded, verdicts, outputs)
        for failure in decoded.dead:
            self._bury(batch.messages[failure.position], failure.error, "decode", outputs)
        return holds

    def refuse(self, record: Record, error: Exception, attempt: int, outputs: Outputs) -> None:
        """Buries a record that makes its transaction fail: whole first, then without its value."""
        stage = "produce" if isinstance(error, RecordRefusedError) else "process"
        self._bury(record, error, stage, outputs, whole=attempt == 1)

    def _decidable(self, batch: InputBatch) -> tuple[InputBatch, Sequence[bytes | None], Decoded, Sequence[Hold]]:
        """The part of the batch that can be decided now, decoded, and where each partition must wait."""
        holds: dict[Partition, Hold] = {}
        while True:
            values = [record.value() for record in batch.messages]
            decoded = self._sorter.decode(values)
            waiting = self._waiting(decoded)
            if not waiting:
                return batch, values, decoded, list(holds.values())
            for position, error in waiting:
                hold = Hold(batch.partition_of(position), batch.messages[position].offset(), error)
                known = holds.get(hold.partition)
                if known is None or hold.offset < known.offset:
                    holds[hold.partition] = hold
            batch = batch.before({partition: hold.offset for partition, hold in holds.items()})

    def _waiting(self, decoded: Decoded) -> Sequence[tuple[int, Exception]]:
        waiting: list[tuple[int, Exception]] = [(failure.position, failure.error) for failure in decoded.waiting]
        for schema_id in decoded.distinct_ids():
            try:
                self._contracts.legit_prefix(schema_id)
            except RegistryUnreachableError as error:
                rows = decoded.positions[decoded.schema_ids == schema_id]
                waiting += [(position, error) for position in rows.tolist()]
        return waiting

    def _forward(
        self,
        batch: InputBatch,
        values: Sequence[bytes | None],
        decoded: Decoded,
        verdicts: dict[int, Verdict],
        outputs: Outputs,
    ) -> None:
        """Sends legit payments on, their bytes unchanged wherever the output's contract allows."""
        records: Sequence[Record] = batch.messages
        legit = self._contracts.legit_values(values, decoded, decoded.distinct_ids())
        if verdicts or decoded.dead:
            chosen = np.zeros(len(values), np.bool_)
            chosen[decoded.positions] = True
            chosen[decoded.positions[list(verdicts)]] = False
            selectors = chosen.tolist()
            records, legit = list(compress(records, selectors)), list(compress(legit, selectors))
        outputs.forward(self._topics.legit, records, legit)
        self._legit.inc(len(records))

    def _flag(
        self,
        batch: InputBatch,
        values: Sequence[bytes | None],
        decoded: Decoded,
        verdicts: dict[int, Verdict],
        outputs: Outputs,
    ) -> None:
        if not verdicts:
            return
        rows = list(verdicts)
        positions = decoded.positions[rows].tolist()
        flagged = self._contracts.flagged_values(values, decoded, verdicts, self._sorter.rules.hash)
        keys = decoded.frame["source"].gather(rows).to_list()
        for position, value, key in zip(positions, flagged, keys, strict=True):
            record = batch.messages[position]
            outputs.send(self._topics.fraud, value, key.encode(), record.timestamp()[1], record.headers())
        self._fraud.inc(len(rows))
        for rule, count in Counter(each.rule for verdict in verdicts.values() for each in verdict.findings).items():
            self._findings.labels(rule).inc(count)

    def _bury(self, record: Record, error: Exception, stage: str, outputs: Outputs, *, whole: bool = True) -> None:
        letter = dead_letter(record, error, stage=stage, whole=whole)
        # With the time of burial: by the record's own, retention could delete it before anybody looks.
        outputs.send(self._topics.dead_letter, self._contracts.dead_letter_value(letter), record.key(), NOW)
        self._dead.inc()
        self._dead_by_reason.labels(reason_of(error)).inc()


@dataclass(frozen=True, slots=True)
class RunSettings:
    """All settings of one detector."""

    detector: DetectorSettings
    kafka: KafkaSettings
    loop: LoopSettings
    topics: TopicSettings


def run_detector(
    settings: RunSettings,
    contracts: Contracts,
    sorter: Sorter,
    *,
    stop: Event,
    on_listening: Callable[[int], None] = lambda _: None,
) -> None:
    """Runs one detector until `stop` is set; topics exist and contracts are resolved when it is called.

    Args:
        stop: Ends the loop after the batch it is in; what is open is committed.
        on_listening: Told the port of the health server, where there is one.

    Raises:
        MessagingError: an error that ends the process.

    Delivery: see `messaging.loop.ExactlyOnceLoop`.
    """
    metrics = loop_metrics()
    group, inputs = settings.detector.group, (settings.topics.transactions,)
    loop = ExactlyOnceLoop(
        make_consumer(consumer_properties(settings.kafka, settings.loop, group, inputs)),
        make_producer(producer_properties(settings.kafka, settings.loop, group)),
        inputs,
        TransactionSorting(sorter, contracts, settings.topics, metrics.registry),
        settings=settings.loop,
        metrics=metrics,
        stop=stop,
    )
    if settings.detector.http_port < 0:
        loop.run()
        return
    with HealthServer(
        settings.detector.http_host,
        settings.detector.http_port,
        metrics.registry,
        alive=lambda: _stalled(loop),
        ready=lambda: None if loop.ready else "no partitions have been assigned yet",
    ) as server:
        on_listening(server.port)
        loop.run()


def _stalled(loop: ExactlyOnceLoop) -> str | None:
    since = time.monotonic() - loop.turned_at
    return f"the loop has not come round for {since:.0f} s" if since > STALLED_SECONDS else None
