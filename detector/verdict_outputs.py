"""Verdicts on their way out: legit payments, flagged ones, dead letters."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import compress

import numpy as np
from prometheus_client import CollectorRegistry

from detector.contracts import Contracts
from detector.received import Failures, Received
from detector.verdict import Verdict
from messaging.dead_letter import dead_letter, reason_of
from messaging.loop import Hold, InputBatch, Outputs
from messaging.loop.envelopes import Envelopes
from messaging.loop.outputs import NOW
from messaging.loop.record import Record, values_of
from messaging.metrics import counter, gauge
from messaging.partition import Partition
from schemas.errors import RegistryUnreachableError
from schemas.settings import TopicSettings


class VerdictOutputs:
    """Sends each payment where its verdict says, keyed by source.

    Delivery: all is sent in the open transaction. Each record is counted when it is sent; an aborted transaction is
    counted again.

    Args:
        contracts: How each output is written.
        topics: Real names of the outputs.
        rule_set: Hash of the rule set.
        registry: Gets the counters.
    """

    def __init__(self, contracts: Contracts, topics: TopicSettings, rule_set: str, registry: CollectorRegistry) -> None:
        self._contracts = contracts
        self._topics = topics
        self._rule_set = rule_set
        produced = counter(registry, "fraud_records_produced_total", ("output",))
        self._legit = produced.labels("legit")
        self._fraud = produced.labels("fraud")
        self._dead = produced.labels("dead_letter")
        self._dead_by_reason = counter(registry, "fraud_dead_letters_total", ("reason",))
        self._findings = counter(registry, "fraud_findings_total", ("rule",))
        gauge(registry, "fraud_build_info", ("rule_set",)).labels(rule_set).set(1)

    def undecided(self, received: Received) -> Failures:
        """Rows of which the registry must first say in which form they go out."""
        waiting: list[tuple[int, Exception]] = []
        decoded = received.decoded
        for schema_id in decoded.distinct_ids():
            try:
                self._contracts.legit_prefix(schema_id)
            except RegistryUnreachableError as error:
                waiting += [(place, error) for place in received.places[decoded.schema_ids == schema_id].tolist()]
        return waiting

    def send(self, received: Received, envelopes: Envelopes, verdicts: Mapping[int, Verdict], outputs: Outputs) -> None:
        """Sends every payment of a batch; rows without a verdict are legit.

        Args:
            received: The payments.
            envelopes: In which they go out, by row; flagged ones get their source as key.
            verdicts: By row.
            outputs: The open transaction.
        """
        decoded = received.decoded
        values = self._contracts.legit_values(received.values, decoded, decoded.distinct_ids())
        rows = decoded.positions.shape[0]
        if rows < len(values):
            values = [values[position] for position in decoded.positions.tolist()]
        if verdicts:
            self._flag(received, envelopes, verdicts, outputs)
            passed = np.ones(rows, np.bool_)
            passed[list(verdicts)] = False
            chosen = passed.tolist()
            envelopes, values = envelopes.where(chosen), list(compress(values, chosen))
        outputs.forward(self._topics.legit, envelopes, values)
        self._legit.inc(len(values))

    def _flag(
        self, received: Received, envelopes: Envelopes, verdicts: Mapping[int, Verdict], outputs: Outputs
    ) -> None:
        rows = list(verdicts)
        flagged = self._contracts.flagged_values(received.values, received.decoded, verdicts, self._rule_set)
        keys = received.decoded.sources(rows)
        outputs.forward(self._topics.fraud, envelopes.at(rows).keyed(keys), flagged)
        self._fraud.inc(len(verdicts))
        found = Counter(finding.rule for verdict in verdicts.values() for finding in verdict.findings)
        for rule, count in found.items():
            self._findings.labels(rule).inc(count)

    def bury(self, record: Record, error: Exception, stage: str, outputs: Outputs, *, whole: bool = True) -> None:
        """Sends a dead letter."""
        letter = dead_letter(record, error, stage=stage, whole=whole)
        # With the time of burial: by the record's own, retention could delete it before anybody looks.
        outputs.send(self._topics.dead_letter, self._contracts.dead_letter_value(letter), record.key(), NOW)
        self._dead.inc()
        self._dead_by_reason.labels(reason_of(error)).inc()


def decidable(
    batch: InputBatch, read: Callable[[Sequence[bytes | None]], tuple[Received, Failures]]
) -> tuple[InputBatch, Received, Sequence[Hold]]:
    """The part of a batch that can be decided now, decoded, and where each partition must wait."""
    holds: dict[Partition, Hold] = {}
    while True:
        received, waiting = read(values_of(batch.messages))
        if not waiting:
            return batch, received, list(holds.values())
        for place, error in waiting:
            hold = Hold(batch.partition_of(place), batch.messages[place].offset(), error)
            known = holds.get(hold.partition)
            if known is None or hold.offset < known.offset:
                holds[hold.partition] = hold
        batch = batch.before({partition: hold.offset for partition, hold in holds.items()})
