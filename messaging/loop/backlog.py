"""Records of one partition that were read and not handed out yet."""

from collections.abc import Sequence

import numpy as np

from messaging.loop.record import Record, timestamps_of, values_of


class Backlog:
    """Keeps records in log order, each with the highest timestamp up to it: a prefix is what can be handed out.

    Args:
        now: Monotonic seconds from which on the partition is waited for.
    """

    def __init__(self, now: float) -> None:
        self._records: list[Record] = []
        self.times = np.empty(0, np.int64)
        """Highest timestamp up to each record, in milliseconds; rising."""
        self.handed: int | None = None
        """Offset behind the last record that was handed out."""
        self.reached: int | None = None
        """Highest timestamp that was handed out."""
        self.heard = now
        """When the partition gave a record, or was at its end."""

    def __len__(self) -> int:
        return len(self._records)

    @property
    def read(self) -> int:
        """Offset behind the last record that was read; 0 before the first."""
        return self._records[-1].offset() + 1 if self._records else self.handed or 0

    def exceeds(self, records: int, size: int) -> bool:
        """Whether more records are kept, or more bytes of values."""
        return len(self._records) > records or sum(len(value or b"") for value in values_of(self._records)) > size

    def left(self, count: int) -> int | None:
        """The event time that what is left has reached at least when `count` records are taken; None: unknown."""
        return int(self.times[min(count, len(self._records) - 1)]) if self._records else self.reached

    def add(self, records: Sequence[Record], now: float) -> None:
        """Takes records in; those of a partition that was sought back replace what is here."""
        times = np.array(timestamps_of(records), np.int64)
        if self._records and records[0].offset() <= self._records[-1].offset():
            self._records.clear()
            self.times = self.times[:0]
        if self._records:
            times[0] = max(times[0], self.times[-1])
        np.maximum.accumulate(times, out=times)
        self.times = np.concatenate((self.times, times)) if self._records else times
        self._records.extend(records)
        self.heard = now

    def before(self, time: int) -> int:
        """How many records can be handed out before event time `time`, in milliseconds."""
        return int(self.times.searchsorted(time))

    def up_to(self, time: int) -> int:
        """How many records can be handed out up to event time `time`, in milliseconds."""
        return int(self.times.searchsorted(time, "right"))

    def take(self, count: int) -> list[Record]:
        """Hands the first records out; at least one."""
        taken = self._records[:count]
        self.reached, self.handed = int(self.times[count - 1]), taken[-1].offset() + 1
        del self._records[:count]
        self.times = self.times[count:]
        return taken
