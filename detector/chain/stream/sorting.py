"""The stateful detector as the loop's processor: payer stage, internal topic, payee stage, verdict."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import repeat
from typing import NamedTuple, cast

import numpy as np

from detector.batch import TransactionBatch
from detector.chain.contracts import ChainContracts
from detector.chain.leaving import Leaving
from detector.chain.misplaced import misplaced_in
from detector.chain.partition_work import PartitionWork
from detector.chain.stream.lanes import Lanes
from detector.chain.stream.payment_record import PaymentRecord
from detector.chain.stream.pieces import pieces
from detector.chain.stream.progress import Progress
from detector.chain.stream.restoring import Restoring
from detector.chain.stream.snapshots import Snapshots
from detector.chain.stream.underway import Underway
from detector.contracts import Contracts
from detector.level import Level
from detector.origins import dead_records, envelopes_of
from detector.reading.spans import joined
from detector.received import Failures, Received, payments_of, screened_of
from detector.rules.rule_set import RuleSet
from detector.stages.columns import keyed
from detector.stages.judged import Judged, judged_by_payer
from detector.stages.screened import Screened
from detector.verdict import Verdict
from detector.verdict_outputs import VerdictOutputs, decidable
from detector.windows.layout import I64
from messaging.errors import RecordRefusedError
from messaging.loop import Hold, InputBatch, Outputs, Run
from messaging.loop.envelopes import Envelopes
from messaging.loop.record import Record
from messaging.partition import Partition
from schemas.settings import TopicSettings

Verdicts = dict[int, Verdict]
"""Verdicts by row."""


class StateKeeping(NamedTuple):
    """Where state comes from and goes to: takes partitions over, writes state down, tells what it looks like."""

    restoring: Restoring
    snapshots: Snapshots
    progress: Progress


THREADS = 2
"""Threads that judge. Most of it is kernels, which leave the interpreter free, so partitions are judged side by side,
and beside what the loop's thread decodes and sends meanwhile. With one thread the loop waits for it; more than two
get in each other's way."""

FINDING_BYTES = 256
"""What a finding adds to a flagged payment, roughly."""


class _Part(NamedTuple):
    """The payments of one partition in a batch: its work, the payments, their rows in the batch."""

    work: PartitionWork
    batch: TransactionBatch
    first: int
    end: int


class _Passed(NamedTuple):
    """The screened payments of one partition in a batch, and the partitions of their payees."""

    screened: Screened
    homes: I64


class ChainSorting:
    """Sorts payments by rules that remember.

    A payment is screened in the partition of its payer, sent to the partition of its payee in the internal topic, and
    judged there. A rule set without rules on the payee judges at once.

    Delivery: every input record gives exactly one record of legit, fraud or dead letters. Outputs, offsets and state
    move together with the loop's transactions; after a crash the state is the snapshot's, with the log folded in.

    Args:
        rules: The rule set.
        contracts: Payments in, verdicts out.
        chain: Screened payments and snapshots.
        topics: Real names.
        verdicts: Where verdicts go.
        keeping: Where state comes from and goes to.
        partitions: Partitions of both topics.
    """

    def __init__(
        self,
        rules: RuleSet,
        contracts: Contracts,
        chain: ChainContracts,
        topics: TopicSettings,
        *,
        verdicts: VerdictOutputs,
        keeping: StateKeeping,
        partitions: int,
    ) -> None:
        self._rules = rules
        self._contracts = contracts
        self._chain = chain
        self._topics = topics
        self._verdicts = verdicts
        self._restoring, self._snapshots, self._progress = keeping
        self._partitions = partitions
        self._lanes = Lanes(THREADS)
        self._underway = Underway(self._lanes)
        self.works: dict[int, PartitionWork] = {}
        self._given_up: dict[int, PartitionWork] = {}

    def assigned(self, committed: Mapping[Partition, int | None]) -> Mapping[Partition, int]:
        """Loads the state of each partition, and says from where its logs are to be replayed."""
        taken = self._restoring.take_over(committed, self._given_up)
        for number in self._given_up.keys() - taken.works.keys():
            self._snapshots.forget(number)
        self._given_up.clear()
        self.works.update(taken.works)
        self._snapshots.taken_over(taken.works, taken.saved, {partition.number for partition in taken.until})
        self._progress.replaying(taken.until)
        self._progress.observe(self.works, self._snapshots, now=True)
        return taken.starts

    def process(self, batch: InputBatch, outputs: Outputs) -> Sequence[Hold]:
        """Begins to screen or judge a batch, up to the first record that must wait.

        What it gives is sent while the next batch is worked on, at the latest before the commit.
        """
        if batch.topic == self._topics.transactions:
            return self._process(batch, outputs)
        holds: dict[Partition, Hold] = {}
        for piece in pieces(batch):
            rest = piece.before({partition: hold.offset for partition, hold in holds.items()}) if holds else piece
            for hold in self._process(rest, outputs):
                holds.setdefault(hold.partition, hold)
        return list(holds.values())

    def _process(self, batch: InputBatch, outputs: Outputs) -> Sequence[Hold]:
        first = batch.topic == self._topics.transactions
        batch, received, holds = decidable(batch, self._read_payments if first else self._read_screened)
        if not batch:
            return holds
        if not batch.replay:
            for run in batch.runs:
                self.works[run.partition.number].begin()
        results = self._screen(batch, received, outputs) if first else self._judge(batch, received)
        if batch.replay:
            results()
            self._progress.replayed(batch)
            self._progress.observe(self.works, self._snapshots, now=True)
            return holds

        def send() -> None:
            verdicts = results()
            if verdicts is not None:
                self._verdicts.send(received, self._envelopes(batch, received), verdicts, outputs)
            for record, error in dead_records(received, batch.messages):
                self._verdicts.bury(record, error, "decode", outputs)

        self._underway.add(send)
        return holds

    def _envelopes(self, batch: InputBatch, received: Received) -> Envelopes:
        """Envelopes of payments on their way out: all are keyed by source."""
        return envelopes_of(received, batch.messages, received.decoded.sources())

    def _read_payments(self, values: Sequence[bytes | None]) -> tuple[Received, Failures]:
        received = payments_of(self._contracts.reader, values)
        undecided = () if self._rules.two_stages else self._verdicts.undecided(received)
        return received, [*received.waiting, *undecided]

    def _read_screened(self, values: Sequence[bytes | None]) -> tuple[Received, Failures]:
        received = screened_of(self._contracts.reader, self._chain.screened, values)
        return received, [*received.waiting, *self._verdicts.undecided(received)]

    def _screen(self, batch: InputBatch, received: Received, outputs: Outputs) -> Callable[[], Verdicts | None]:
        """Begins to screen; the rest passes on, and gives verdicts by row where they fall here, None elsewhere."""

        def screened(part: _Part) -> _Passed:
            read = keyed(part.batch)
            part.work.misplaced += misplaced_in(read, part.work.number, self._partitions)
            homes = read.targets.partitions(self._partitions)
            return _Passed(part.work.payer.process(read.local(homes == part.work.number)), homes)

        parts = self._parts(batch, received)
        found = self._lanes.start(screened, parts)

        def rest() -> Verdicts | None:
            results = [each.result() for each in found]
            if self._rules.two_stages:
                if parts and not batch.replay:
                    self._pass_on(batch, received, results, outputs)
                return None
            verdicts: Verdicts = {}
            for (_, part), each in zip(parts, results, strict=True):
                verdicts.update(_verdicts(judged_by_payer(self._rules, each.screened), part.first))
            return verdicts

        return rest

    def _parts(self, batch: InputBatch, received: Received) -> Sequence[tuple[int, _Part]]:
        """The payments of each partition that has any, by its number; how far each is read is noted for all."""
        parts, payments = [], received.decoded.batch
        for run in batch.runs:
            first, end = received.rows_between(run.start, run.stop)
            part = _Part(self.works[run.partition.number], payments.rows(first, end), first, end)
            part.work.folded(run.partition.topic, batch.messages[run.stop - 1].offset() + 1, part.batch)
            if first < end:
                parts.append((part.work.number, part))
        return parts

    def _pass_on(self, batch: InputBatch, received: Received, passed: Sequence[_Passed], outputs: Outputs) -> None:
        """Sends screened payments to the partitions of their payees; one with headers travels alone, with them."""
        rows = received.decoded.positions
        envelopes = envelopes_of(received, batch.messages, [None] * rows.size)  # the internal topic has no keys
        payments = received.joined if rows.size == len(received.values) else None
        leaving = Leaving(
            payments=payments or joined(cast("Sequence[bytes]", [received.values[row] for row in rows.tolist()])),
            parts=[each.screened for each in passed],
            order=_by_time(batch, received),
            homes=np.concatenate([each.homes for each in passed]),
            times=np.array(envelopes.timestamps, np.int64),
            alone=np.fromiter(map(bool, envelopes.headers or repeat(False, rows.size)), np.bool_, rows.size),
        )
        for value, partition, timestamp, row in self._chain.screened.encode(leaving):
            headers = envelopes.headers[row] if envelopes.headers else None
            outputs.send(self._topics.screened, value, None, timestamp, headers, partition)

    def _judge(self, batch: InputBatch, received: Received) -> Callable[[], Verdicts]:
        """Begins to judge; the rest gives the verdicts by row."""
        parts = self._parts(batch, received)

        def judged(part: _Part) -> Verdicts:
            result = part.work.payee.process(received.passed_on(keyed(part.batch), part.first, part.end))
            return {} if batch.replay else _verdicts(result, part.first)

        found = self._lanes.start(judged, parts)

        def rest() -> Verdicts:
            verdicts: Verdicts = {}
            for each in found:
                verdicts.update(each.result())
            return verdicts

        return rest

    def refuse(self, record: Record, error: Exception, attempt: int, outputs: Outputs) -> None:
        """Buries a record that makes its transaction fail: whole first, then without its value.

        Of a record with several payments each is sent in a batch of its own; then the largest is buried, then twice as
        many each time, until the broker takes the others. The state takes all of them in as a replay would, for a
        replay cannot know what was refused.
        """
        stage, batch = "process", _only(record)
        if isinstance(error, RecordRefusedError):
            stage = "produce"
            self.works[record.partition()].begin()
            if batch.topic == self._topics.screened:
                received, _ = self._read_screened([record.value()])
                if received.places.size > 1:
                    with outputs.one_by_one():
                        self._refuse_largest(batch, received, error, (1 << attempt) >> 2, outputs)
                    return
                self._judge(replace(batch, replay=True), received)()
            else:
                received, _ = self._read_payments([record.value()])
                self._screen(replace(batch, replay=True), received, outputs)()
        self._verdicts.bury(record, error, stage, outputs, whole=attempt == 1)

    def _refuse_largest(
        self, batch: InputBatch, received: Received, error: Exception, count: int, outputs: Outputs
    ) -> None:
        verdicts = self._judge(batch, received)()
        sizes = np.array([len(received.values[row] or b"") for row in received.decoded.positions.tolist()])
        for row, verdict in verdicts.items():
            sizes[row] += FINDING_BYTES * len(verdict.findings)
        sent = np.ones(sizes.size, np.bool_)
        sent[np.argsort(-sizes, kind="stable")[:count]] = False
        rest, place = received.chosen(sent), np.cumsum(sent) - 1
        kept = {int(place[row]): verdict for row, verdict in verdicts.items() if sent[row]}
        self._verdicts.send(rest, self._envelopes(batch, rest), kept, outputs)
        for row in np.flatnonzero(~sent).tolist():
            refused = self._alone(received, row, batch.messages[0])
            self._verdicts.bury(refused, error, "produce", outputs, whole=count < 2 * sizes.size)
        for record, undecoded in dead_records(received, batch.messages):
            self._verdicts.bury(record, undecoded, "decode", outputs)

    def _alone(self, received: Received, row: int, record: Record) -> Record:
        """A payment of a record that holds several, as the record that it would have been alone."""
        passed, place = received.passed, int(received.decoded.positions[row])
        return PaymentRecord(record, self._chain.screened.encode_alone(passed, place), int(passed.times[place]))

    def committing(self, offsets: Mapping[Partition, int], outputs: Outputs) -> None:
        """Sends what is still to be sent, and the snapshot that is ready, if one is."""
        del offsets
        self._underway.finish()
        self._snapshots.send(outputs)

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        """Lets the state stand; takes a snapshot where one is due."""
        for partition, offset in offsets.items():
            work = self.works.get(partition.number)
            if work is not None:
                work.offsets[partition.topic] = offset
        for work in self.works.values():
            work.commit()
        self._snapshots.committed(self.works)
        self._progress.observe(self.works, self._snapshots)

    def aborted(self, offsets: Mapping[Partition, int]) -> None:
        """Puts the state back to the last commit."""
        del offsets
        self._underway.drop()
        for work in self.works.values():
            work.rollback()
        self._snapshots.aborted()

    def idle(self, *, rebuilding: bool) -> bool:
        """Tells what the last payments left; whether a snapshot of it wants a commit, since no payment may come."""
        self._progress.observe(self.works, self._snapshots)
        return not rebuilding and self._snapshots.waits(self.works)

    def revoked(self, partitions: Collection[Partition]) -> None:
        """Gives partitions up; their state is kept until the next assignment, which often brings them back."""
        for partition in partitions:
            work = self.works.pop(partition.number, None)
            if work is not None:
                self._given_up[partition.number] = work
                self._snapshots.drop(partition.number)
                self._progress.forget(partition.number)

    def lost(self, partitions: Collection[Partition]) -> None:
        """Gives partitions up likewise; what somebody else committed meanwhile shows in the committed offsets."""
        self.revoked(partitions)


def _by_time(batch: InputBatch, received: Received) -> I64:
    """Rows of several partitions merged by event time, each partition in its own order.

    One partition's payments after the other's would come hours apart to a payee whose payers live in both, and count
    as late there.
    """
    times = received.decoded.batch.occurred_at.copy()
    if len({run.partition for run in batch.runs}) < 2:
        return np.arange(times.size)
    reached: dict[int, int] = {}
    for run in batch.runs:
        first, end = received.rows_between(run.start, run.stop)
        if first < end:
            number = run.partition.number
            times[first] = max(int(times[first]), reached.get(number, int(times[first])))
            np.maximum.accumulate(times[first:end], out=times[first:end])
            reached[number] = int(times[end - 1])
    return np.argsort(times, kind="stable")


def _only(record: Record) -> InputBatch:
    """A batch of one record."""
    return InputBatch(record.topic(), [record], [Run(Partition(record.topic(), record.partition()), 0, 1)])


def _verdicts(judged: Judged, first: int) -> Verdicts:
    """Verdicts by row, counted from `first`."""
    return {
        first + row: Verdict(judged.level(row) or Level.REVIEW, int(judged.scores[row]), judged.findings(row))
        for row in judged.frauds.tolist()
    }
