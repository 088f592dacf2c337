"""A processor that remembers, and a loop in a thread."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from types import TracebackType
from typing import Self

from messaging.clients import make_consumer, make_producer
from messaging.loop import (
    ExactlyOnceLoop,
    Hold,
    InputBatch,
    Outputs,
    consumer_properties,
    producer_properties,
)
from messaging.loop.record import Record
from messaging.metrics import LoopMetrics, loop_metrics
from messaging.partition import Partition
from messaging.settings import KafkaSettings, LoopSettings
from tests.waiting import wait_for

PATIENT = {"session_timeout": 60.0, "transaction_timeout": 60.0}
"""Seconds; a member that is missed, or a transaction that is given up, because a machine stood still for a while is an
abort that no test has asked for."""

OUT, DEAD = "out", "dead"
"""Topics that a `Recorder` writes."""

At = tuple[str, int, int]
"""Topic, partition and offset of a record."""


class Recorder:
    """Sends every record to `out`, and keeps a state that must follow the transactions.

    `done` holds what was committed, in order. `hold_at` answers for a record with an error to hold it, `trouble` raises
    instead of processing.
    """

    def __init__(self) -> None:
        self.pending: list[At] = []
        self.done: list[At] = []
        self.replayed: list[At] = []
        self.refused: list[tuple[At, int]] = []
        self.start_at: int | None = None
        self.given_up: list[Partition] = []
        self.aborts = 0
        self.hold_at: Callable[[At], Exception | None] = lambda _: None
        self.trouble: Callable[[InputBatch], None] = lambda _: None

    def assigned(self, committed: Mapping[Partition, int | None]) -> Mapping[Partition, int]:
        """Starts where the test says."""
        return {} if self.start_at is None else dict.fromkeys(committed, self.start_at)

    def process(self, batch: InputBatch, outputs: Outputs) -> Sequence[Hold]:
        """Sends and remembers."""
        self.trouble(batch)
        holds: dict[Partition, Hold] = {}
        for record in batch.messages:
            at = (batch.topic, record.partition(), record.offset())
            partition = Partition(batch.topic, record.partition())
            error = self.hold_at(at)
            if error is not None and partition not in holds:
                holds[partition] = Hold(partition, record.offset(), error)
            if partition in holds:
                continue
            if batch.replay:
                self.replayed.append(at)
            else:
                self.pending.append(at)
                outputs.send(OUT, record.value(), record.key(), record.timestamp()[1], record.headers())
        return list(holds.values())

    def refuse(self, record: Record, error: Exception, attempt: int, outputs: Outputs) -> None:
        """Sends a small record instead."""
        at = (record.topic(), record.partition(), record.offset())
        self.refused.append((at, attempt))
        self.pending.append(at)
        outputs.send(DEAD, b"refused", record.key(), 0)

    def committing(self, offsets: Mapping[Partition, int], outputs: Outputs) -> None:
        """Checks that the offsets fit what was processed."""
        for (topic, number), offset in offsets.items():
            assert max(at[2] for at in self.pending if at[:2] == (topic, number)) < offset

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        """Keeps."""
        self.done += self.pending
        self.pending = []

    def aborted(self, offsets: Mapping[Partition, int]) -> None:
        """Forgets."""
        self.pending = []
        self.aborts += 1

    def idle(self, *, rebuilding: bool) -> bool:
        """Has nothing to tell or to send."""
        del rebuilding
        return False

    def revoked(self, partitions: Collection[Partition]) -> None:
        """Notes."""
        self.given_up += partitions

    def lost(self, partitions: Collection[Partition]) -> None:
        """Notes."""
        self.given_up += partitions


class RunningLoop:
    """A loop in a thread, stopped at the end of a `with` block; an error of the loop is raised there."""

    def __init__(
        self,
        bootstrap_servers: str,
        recorder: Recorder,
        topics: Sequence[str] = ("in",),
        *,
        group: str = "group",
        settings: LoopSettings | None = None,
        in_event_order: str | None = None,
    ) -> None:
        kafka = KafkaSettings(broker_url=bootstrap_servers)
        self.settings = settings or LoopSettings(
            transactional_id=f"{group}-loop", commit_interval=0.02, retry_wait=0.05, **PATIENT
        )
        self.metrics: LoopMetrics = loop_metrics()
        self.stop = threading.Event()
        self.error: Exception | None = None
        self.loop = ExactlyOnceLoop(
            # after an abort, a fetch that waits at the old position must end first
            make_consumer({**consumer_properties(kafka, self.settings, group, topics), "fetch.wait.max.ms": 20}),
            make_producer(producer_properties(kafka, self.settings, group)),
            topics,
            recorder,
            settings=self.settings,
            metrics=self.metrics,
            stop=self.stop,
            in_event_order=in_event_order,
        )
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.loop.run()
        except Exception as error:  # noqa: BLE001 raised by `__exit__`
            self.error = error

    def wait_until(self, condition: Callable[[], object], what: str, seconds: float = 20.0) -> None:
        """Waits; an error of the loop ends the wait."""
        wait_for(lambda: condition() or self.error, seconds, what)
        if self.error is not None:
            raise self.error

    def ended(self, seconds: float = 30.0) -> Exception | None:
        """The error the loop ended with."""
        self._thread.join(seconds)
        assert not self._thread.is_alive(), "The loop did not end."
        error, self.error = self.error, None
        return error

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop.set()
        self._thread.join(30)
        assert not self._thread.is_alive(), "The loop did not stop."
        if kind is None and self.error is not None:
            raise self.error
