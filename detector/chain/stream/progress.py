"""What the state looks like, for metrics and logs."""

import time
from collections.abc import Callable, Mapping

import structlog
from prometheus_client import CollectorRegistry

from detector.chain.partition_work import PartitionWork
from detector.chain.stream.snapshots import Snapshots
from messaging.loop import InputBatch
from messaging.metrics import gauge
from messaging.partition import Partition

log = structlog.get_logger()

INTERVAL = 2.0
"""Seconds between two looks."""


class Progress:
    """Tells how far a replay is, and how large and how old state and snapshots are.

    Args:
        registry: Gets the gauges.
        clock: Monotonic seconds.
        wall_clock: Seconds since 1970.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,  # noqa: TID251 the edge
    ) -> None:
        self._clock, self._wall_clock = clock, wall_clock
        self._payments = gauge(registry, "fraud_state_payments", ("partition", "kind"))
        self._cold = gauge(registry, "fraud_state_cold", ("partition",))
        self._accounts = gauge(registry, "fraud_state_accounts", ("partition",))
        self._bytes = gauge(registry, "fraud_state_bytes", ("partition",))
        self._snapshot_age = gauge(registry, "fraud_snapshot_age_seconds", ("partition",))
        self._snapshot_bytes = gauge(registry, "fraud_snapshot_bytes", ("partition",))
        self._snapshots = gauge(registry, "fraud_snapshots_written")
        self._due = 0.0
        self._until: dict[Partition, int] = {}
        self._told = 0.0
        self._warned = False

    def replaying(self, until: Mapping[Partition, int]) -> None:
        """Partitions whose state is being rebuilt, with the offset at which that ends."""
        self._until.update(until)
        if until:
            log.info("state_rebuilding", until={str(partition): offset for partition, offset in until.items()})

    def replayed(self, batch: InputBatch) -> None:
        """A batch was folded in."""
        now = self._clock()
        if now < self._told + INTERVAL:
            return
        self._told = now
        for partition, _, stop in batch.runs:
            offset = batch.messages[stop - 1].offset() + 1
            log.info("state_rebuilding", partition=str(partition), offset=offset, until=self._until.get(partition))

    def observe(self, works: Mapping[int, PartitionWork], snapshots: Snapshots, *, now: bool = False) -> None:
        """Sets the gauges, now and then; at once with `now`."""
        if not now:
            if self._clock() < self._due:
                return
            self._due = self._clock() + INTERVAL
        for number, work in works.items():
            partition = str(number)
            self._warn(work)
            for kind, count in (*work.state.counters.items(), ("misplaced", work.misplaced)):
                self._payments.labels(partition, kind).set(count)
            self._cold.labels(partition).set(work.cold)
            self._accounts.labels(partition).set(work.state.accounts)
            self._bytes.labels(partition).set(work.state.bytes)
        for number, (taken_at, size) in snapshots.saved.items():
            self._snapshot_age.labels(str(number)).set(max(0.0, self._wall_clock() - taken_at))
            self._snapshot_bytes.labels(str(number)).set(size)
        self._snapshots.set(snapshots.written)

    def _warn(self, work: PartitionWork) -> None:
        """Tells once that payers do not live where their payments lie: rules see parts of what they do."""
        if work.misplaced and not self._warned:
            self._warned = True
            why = "keyed by something else than source, by another partitioner than murmur2, or for fewer partitions"
            log.warning("payments_misplaced", partition=work.number, seen=work.misplaced, why=why)

    def forget(self, number: int) -> None:
        """A partition is gone."""
        partition = str(number)
        for each in (self._cold, self._accounts, self._bytes, self._snapshot_age, self._snapshot_bytes):
            _removed(each.remove, partition)
        for kind in ("late", "duplicates", "evicted", "foreign", "misplaced"):
            _removed(self._payments.remove, partition, kind)
        self._until = {at: offset for at, offset in self._until.items() if at.number != number}


def _removed(remove: Callable[..., None], *labels: str) -> None:
    try:
        remove(*labels)
    except KeyError:
        return
