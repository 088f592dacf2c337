"""The detector as a service: the only file of this package that knows Kafka."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import compress
from threading import Event

import numpy as np
import polars as pl
from prometheus_client import CollectorRegistry

from detector.contracts import Contracts
from detector.serving import RunSettings, run_loop
from detector.sorting import Decoded, Sorter
from detector.verdict import Verdict
from messaging.dead_letter import dead_letter, reason_of
from messaging.errors import RecordRefusedError
from messaging.loop import Hold, InputBatch, Outputs, StatelessHooks
from messaging.loop.outputs import NOW
from messaging.loop.record import Record
from messaging.metrics import counter, gauge, loop_metrics
from messaging.partition import Partition
from schemas.errors import RegistryUnreachableError
from schemas.settings import TopicSettings


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
        keys = decoded.frame["source"].gather(rows).cast(pl.Binary).to_list()
        outputs.forward(self._topics.fraud, [batch.messages[position] for position in positions], flagged, keys)
        self._fraud.inc(len(rows))
        for rule, count in Counter(each.rule for verdict in verdicts.values() for each in verdict.findings).items():
            self._findings.labels(rule).inc(count)

    def _bury(self, record: Record, error: Exception, stage: str, outputs: Outputs, *, whole: bool = True) -> None:
        letter = dead_letter(record, error, stage=stage, whole=whole)
        # With the time of burial: by the record's own, retention could delete it before anybody looks.
        outputs.send(self._topics.dead_letter, self._contracts.dead_letter_value(letter), record.key(), NOW)
        self._dead.inc()
        self._dead_by_reason.labels(reason_of(error)).inc()


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
    processor = TransactionSorting(sorter, contracts, settings.topics, metrics.registry)
    run_loop(settings, (settings.topics.transactions,), processor, metrics, stop=stop, on_listening=on_listening)
