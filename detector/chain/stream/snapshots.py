"""Snapshots on their way out: copied at a commit, packed in a thread, sent in a later transaction."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import structlog

from detector.chain.contracts import ChainContracts
from detector.chain.partition_work import PartitionWork
from detector.chain.settings import StateSettings
from detector.chain.snapshot_record import SavedState, SnapshotHead, chunk_key
from detector.state.snapshot import Buffers, Snapshot
from messaging.loop import Outputs
from messaging.loop.outputs import NOW
from schemas.settings import TopicSettings

log = structlog.get_logger()


@dataclass(slots=True)
class _Taken:
    """A snapshot that is being packed, or waits for its transaction."""

    head: SnapshotHead
    packed: Future[Sequence[bytes]]
    sent: bool = False


class Snapshots:
    """Writes the state of each partition down, one partition at a time.

    The copy at a commit is the only work on the hot path, with the sending of what a thread has packed. Where payments
    stop, the snapshot that is due gets a transaction of its own: retention may take the logs before another comes.

    Delivery: all chunks of a snapshot go into one transaction, with offsets of later records: a reader sees the whole
    snapshot or none of it. A crash costs the snapshot that was under way and nothing else.

    Args:
        chain: Encodes the records.
        topics: Real names.
        group: Consumer group; groups do not touch each other's snapshots.
        rule_set: Hash of the rule set.
        settings: How often.
        clock: Monotonic seconds.
        wall_clock: Seconds since 1970.
    """

    def __init__(
        self,
        chain: ChainContracts,
        topics: TopicSettings,
        group: str,
        rule_set: str,
        settings: StateSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,  # noqa: TID251 the edge
    ) -> None:
        self._chain = chain
        self._topics = topics
        self._group = group
        self._rule_set = rule_set
        self._settings = settings
        self._clock = clock
        self._wall_clock = wall_clock
        self._buffers = Buffers()
        self._thread = ThreadPoolExecutor(1, "snapshot")
        self._taken: _Taken | None = None
        self._due: dict[int, float] = {}
        self._chunks: dict[int, int] = {}
        self.saved: dict[int, tuple[float, int]] = {}
        """When the newest snapshot of a partition was taken, in seconds since 1970, and its bytes."""
        self.written = 0
        """Snapshots committed."""

    def taken_over(self, works: Iterable[int], saved: Mapping[int, SavedState], replayed: Collection[int] = ()) -> None:
        """Begins to look after partitions.

        The next snapshot is due by the age of the last one, and at once where there is none and the log had to be
        replayed; not by the time of the takeover, since a partition that moves often would never get any.

        Args:
            works: Numbers of the partitions.
            saved: The snapshots that lie in the topic, of any rule set.
            replayed: Partitions whose log is replayed.
        """
        for number in works:
            if number in saved:
                self._chunks[number] = len(saved[number].chunks)
                self.saved[number] = (saved[number].head.created_at / 1000, saved[number].bytes)
            wait = self._settings.snapshot_minutes * 60
            if number in self.saved:
                wait -= self._wall_clock() - self.saved[number][0]
            elif number in replayed:
                wait = 0.0
            self._due[number] = self._clock() + max(0.0, wait)

    def forget(self, number: int) -> None:
        """Stops looking after a partition."""
        self.drop(number)
        for kept in (self._due, self._chunks, self.saved):
            kept.pop(number, None)

    def drop(self, number: int) -> None:
        """Drops a snapshot that is under way; the partition may come back."""
        if self._taken is not None and self._taken.head.partition == number:
            self._taken.packed.cancel()
            self._taken = None

    def send(self, outputs: Outputs) -> None:
        """Sends the snapshot that is packed, if one is, into the transaction that is about to be committed."""
        taken = self._taken
        if taken is None or taken.sent or not taken.packed.done():
            return
        number, chunks = taken.head.partition, taken.packed.result()
        for record in taken.head.records(chunks):
            value = self._chain.snapshot_writer.encode(record)
            outputs.send(
                self._topics.snapshots, value, chunk_key(self._group, number, record["chunk"]), NOW, None, number
            )
        for chunk in range(len(chunks), self._chunks.get(number, 0)):
            outputs.send(self._topics.snapshots, None, chunk_key(self._group, number, chunk), NOW, None, number)
        taken.sent = True

    def waits(self, works: Mapping[int, PartitionWork]) -> bool:
        """Whether a commit is wanted: a packed snapshot goes with it, or one that is due is taken behind it.

        Behind it, because the offsets of a commit that no record goes before lie past the markers of transactions. The
        log may begin there, and a snapshot from before would look as if records were gone.
        """
        if self._taken is None:
            now = self._clock()
            return any(self._is_due(work, now) for work in works.values())
        return self._taken.packed.done()

    def committed(self, works: Mapping[int, PartitionWork]) -> None:
        """Settles the snapshot that was sent, and begins the next that is due."""
        taken = self._taken
        if taken is not None and taken.sent:
            number, chunks = taken.head.partition, taken.packed.result()
            self._chunks[number] = len(chunks)
            self.saved[number] = (taken.head.created_at / 1000, sum(map(len, chunks)))
            self.written += 1
            self._taken = None
            log.info("snapshot_written", partition=number, bytes=self.saved[number][1], chunks=len(chunks))
        if self._taken is None:
            self._take_next(works)

    def _take_next(self, works: Mapping[int, PartitionWork]) -> None:
        now = self._clock()
        due = [work for work in works.values() if self._is_due(work, now)]
        if due:
            self._take(max(due, key=lambda work: work.unsaved), now)

    def _is_due(self, work: PartitionWork, now: float) -> bool:
        return work.unsaved >= self._settings.snapshot_records or (work.unsaved > 0 and now >= self._due[work.number])

    def _take(self, work: PartitionWork, now: float) -> None:
        head = SnapshotHead(
            partition=work.number,
            transactions_offset=work.offsets[self._topics.transactions],
            screened_offset=work.offsets.get(self._topics.screened, 0),
            rule_set=self._rule_set,
            contract=self._chain.fingerprint,
            span=work.span or (0, 0),
            created_at=int(self._wall_clock() * 1000),
        )
        snapshot = Snapshot(work.state, self._buffers)
        self._taken = _Taken(head, self._thread.submit(snapshot.chunks))
        work.unsaved = 0
        self._due[work.number] = now + self._settings.snapshot_minutes * 60

    def aborted(self) -> None:
        """What was sent is gone; it is sent again."""
        if self._taken is not None:
            self._taken.sent = False

    def close(self) -> None:
        """Ends the thread."""
        self._thread.shutdown(wait=True, cancel_futures=True)
