"""Sends blocks of payments: encodes them, hands them over when they are due, waits until all are acknowledged."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Protocol

from generator.errors import EventTimeError, InterruptedRunError
from generator.pacing import NANOSECONDS, Pace
from generator.transactions import Transactions
from generator.truth import Truth
from messaging.errors import DeliveryError

AHEAD_MS = 3_600_000
"""A broker refuses a record more than an hour ahead of its clock (`message.timestamp.after.max.ms` by default)."""

REPORT_SECONDS = 0.1
FLUSH_SECONDS = 30.0
FLUSH_TURN_SECONDS = 0.5
MOST_AT_ONCE = 2_000
"""Records between two looks at the clock and at the stop; a few milliseconds of work."""

MOST_ON_THEIR_WAY = 90_000
"""Records not yet acknowledged, at most; the producer's queue holds 100,000."""

CROWDED_SECONDS = 0.005
"""Pause while too many records are on their way."""

Encode = Callable[[Transactions], list[bytes]]
"""Values of a block's records, in order."""


class RecordProducer(Protocol):
    """What the generator needs of `messaging.producer.AcknowledgedProducer`."""

    @property
    def acknowledged(self) -> int:
        """Records the broker has acknowledged."""
        ...

    @property
    def failed(self) -> int:
        """Records that will not be delivered."""
        ...

    def produce(self, topic: str, key: bytes | None, value: bytes | None, timestamp_ms: int) -> None:
        """Hands one record over."""
        ...

    def poll(self) -> None:
        """Takes note of delivery reports."""
        ...

    def flush(self, seconds: float = FLUSH_SECONDS) -> None:
        """Waits until everything is acknowledged; raises where something is not."""
        ...


@dataclass(frozen=True, slots=True)
class Summary:
    """How far a run has come.

    `injected` counts handed-over payments that belong to an injected pattern; `seconds` is the time since the start.
    """

    handed_over: int
    acknowledged: int
    failed: int
    injected: int
    seconds: float

    def as_dict(self) -> dict[str, int | float]:
        """The fields by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The two clocks of a run, in nanoseconds: one that only goes forward, one that tells the date."""

    monotonic_ns: Callable[[], int] = time.monotonic_ns
    wall_ns: Callable[[], int] = time.time_ns


class Generation:
    """One run of the generator.

    Args:
        producer: Takes the records.
        topic: Real name of the topic they go to.
        encode: Makes the values of a block.
        pace: Says when records are due.
        stop: Ends the run soon after it is set.
        give_up: Once set, acknowledgements are no longer waited for.
        clocks: Both clocks.
        ahead_ms: How far ahead of the clock a record may be; None: any.
        on_progress: Called about ten times a second.
        on_truths: Called with the truths of payments just before these are handed over.

    Delivery: however a run ends, it first waits for the acknowledgement of all it has handed over. A crash loses what
    was in the producer's queue; a run repeated with the same seed and start produces the same records again.
    """

    def __init__(
        self,
        producer: RecordProducer,
        topic: str,
        encode: Encode,
        pace: Pace,
        *,
        stop: threading.Event | None = None,
        give_up: threading.Event | None = None,
        clocks: Clocks | None = None,
        ahead_ms: int | None = AHEAD_MS,
        on_progress: Callable[[Summary], None] = lambda _: None,
        on_truths: Callable[[Iterable[Truth]], None] = lambda _: None,
    ) -> None:
        self._producer = producer
        self._topic = topic
        self._encode = encode
        self._pace = pace
        self._stop = stop or threading.Event()
        self._give_up = give_up or threading.Event()
        self._clocks = clocks or Clocks()
        self._ahead_ms = ahead_ms
        self._on_progress = on_progress
        self._on_truths = on_truths
        self._handed_over = 0
        self._injected = 0
        self._started_ns = self._reported_ns = 0

    def summary(self) -> Summary:
        """How far the run is now, or was at its end."""
        seconds = (self._clocks.monotonic_ns() - self._started_ns) / NANOSECONDS
        return Summary(
            self._handed_over, self._producer.acknowledged, self._producer.failed, self._injected, round(seconds, 3)
        )

    def run(self, blocks: Iterable[Transactions], *, count: int | None = None, seconds: float | None = None) -> Summary:
        """Sends `blocks` until they end, `count` records are sent, `seconds` are over, a stop, or a failed delivery.

        Raises:
            MessagingError: records were not delivered, or not acknowledged in time.
            EventTimeError: event time ran more than an hour ahead of the clock.
            InterruptedRunError: the wait for acknowledgements was given up.
            GeneratorError: what `blocks` raises; all records before it are acknowledged first.
        """
        self._started_ns = self._reported_ns = self._clocks.monotonic_ns()
        self._pace.start(self._started_ns)
        end_ns = None if seconds is None else self._started_ns + round(seconds * NANOSECONDS)
        try:
            for block in _first(blocks, count):
                if not self._send(block, end_ns):
                    break
        finally:
            self._await_acknowledgements()
        self._on_progress(self.summary())
        return self.summary()

    def _await_acknowledgements(self) -> None:
        """Waits in short turns: signals are seen only between two calls of the library.

        A record that failed does not end the wait for the others: behind it the library begins anew with the broker,
        and what is still on its way then may yet be delivered.
        """
        deadline_ns = time.monotonic_ns() + round(FLUSH_SECONDS * NANOSECONDS)
        while True:
            try:
                self._producer.flush(FLUSH_TURN_SECONDS)
            except DeliveryError as error:
                if self._give_up.is_set():
                    raise InterruptedRunError(
                        f"Stopped before {self._missing()} were acknowledged. Is the broker running?"
                    ) from error
                if not self._on_their_way or time.monotonic_ns() >= deadline_ns:
                    raise DeliveryError(f"{self._missing()} were not delivered. {error}") from error
            else:
                return

    def _missing(self) -> str:
        return f"{self._handed_over - self._producer.acknowledged} of {self._handed_over} records"

    def _send(self, block: Transactions, end_ns: int | None) -> bool:
        """Hands a block over as its records come due; False when the run is to end."""
        values = self._encode(block)
        position = 0
        while position < len(block):
            now_ns = self._clocks.monotonic_ns()
            at_end = end_ns is not None and now_ns >= end_ns
            if self._is_over(now_ns) or (at_end and (self._pace.always_due or self._is_crowded())):
                return False
            if self._is_crowded():
                self._producer.poll()
                self._stop.wait(CROWDED_SECONDS)
                continue
            due = self._pace.due(block, position, min(now_ns, end_ns or now_ns), MOST_AT_ONCE)
            if due:
                self._hand_over(block, values, position, position + due)
                position += due
            elif at_end:
                return False
            else:
                self._pause(self._pace.wait(block, position, now_ns), now_ns, end_ns)
        return True

    def _is_over(self, now_ns: int) -> bool:
        if now_ns - self._reported_ns >= REPORT_SECONDS * NANOSECONDS:
            self._reported_ns = now_ns
            self._producer.poll()
            self._on_progress(self.summary())
        return self._stop.is_set() or self._producer.failed > 0

    def _is_crowded(self) -> bool:
        """Whether the producer's queue could get full, where handing over would wait and see no stop."""
        return self._on_their_way > MOST_ON_THEIR_WAY

    @property
    def _on_their_way(self) -> int:
        return self._handed_over - self._producer.acknowledged - self._producer.failed

    def _pause(self, seconds: float, now_ns: int, end_ns: int | None) -> None:
        left = float("inf") if end_ns is None else (end_ns - now_ns) / NANOSECONDS
        self._stop.wait(min(seconds, left, REPORT_SECONDS))

    def _hand_over(self, block: Transactions, values: list[bytes], start: int, end: int) -> None:
        self._refuse_ahead(int(block.occurred_at[start:end].max()))
        truths = [truth for row, truth in block.truths.items() if start <= row < end]
        if truths:
            self._on_truths(truths)
            self._injected += len(truths)
        produce, topic = self._producer.produce, self._topic
        times = block.occurred_at[start:end].tolist()
        for source, value, at in zip(block.sources[start:end], values[start:end], times, strict=True):
            produce(topic, source.encode(), value, at)
        self._handed_over += end - start

    def _refuse_ahead(self, event_ms: int) -> None:
        now_ms = self._clocks.wall_ns() // 1_000_000
        if self._ahead_ms is not None and event_ms > now_ms + self._ahead_ms:
            at = datetime.fromtimestamp(event_ms / 1000, UTC).isoformat(timespec="seconds")
            raise EventTimeError(
                f"Event time {at} is more than {self._ahead_ms / 60_000:.4g} minutes ahead of the clock; the broker "
                "would refuse the record. Give an earlier --start."
            )


def _first(blocks: Iterable[Transactions], count: int | None) -> Iterator[Transactions]:
    """`blocks`, cut off after `count` records."""
    left = count
    for block in blocks if left is None or left > 0 else ():
        if left is None:
            yield block
            continue
        yield block.head(left)
        left -= len(block)
        if left <= 0:
            return
