"""What the values of a batch of the internal topic hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detector.finding import Finding
from detector.reading.spans import Spans
from detector.stages.columns import Keyed
from detector.stages.names import Names
from detector.stages.screened import Screened
from detector.windows.layout import I64


@dataclass(slots=True)
class ScreenedValues:
    """What the values of a batch hold, a row per payment.

    Args:
        positions: Position of each row's value among the values, rising; several payments share one.
        payments: Values as they were read from the input topic, by row.
        spans: The same values within the bytes of the batch.
        times: Timestamps of those records, milliseconds since 1970-01-01T00:00:00Z.
        shared: Whether a row stands beside others in its value; one that stands alone has its value's record to itself.
        words: Packed tags of all rows.
        ends: End of each row's tags.
        names: Packed names of all rows.
        found: Complete findings, by row; few rows have any.
        failures: Position and error of every value that holds no screened payment, or cannot be decided now.
    """

    positions: I64
    payments: list[bytes]
    spans: Spans
    times: I64
    shared: NDArray[np.bool_]
    words: I64
    ends: I64
    names: Names
    found: Mapping[int, tuple[Finding, ...]] = field(default_factory=dict)
    failures: Sequence[tuple[int, Exception]] = ()

    def of_rows(self, read: Keyed, rows: I64) -> Screened:
        """The screened payments of some rows, in rising order; `read` holds the payments."""
        first, end = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, 0)
        start = int(self.ends[first - 1]) if first else 0
        words, ends = self.words[start : int(self.ends[end - 1]) if end else 0], self.ends[first:end] - start
        names, places = self.names.rows(first, end), np.arange(first, end)
        if rows.size < end - first:
            kept = rows - first
            sizes, places = np.diff(ends, prepend=0)[kept], rows
            words, ends = words[_within(ends[kept] - sizes, sizes)], np.cumsum(sizes)
            names = names.chosen(kept)
        place = {row: at for at, row in enumerate(places.tolist())} if self.found else {}
        found = {place[row]: findings for row, findings in self.found.items() if row in place}
        return Screened(read, words, ends, names, found)


def _within(starts: I64, sizes: I64) -> I64:
    """Positions of pieces of some sizes, one piece after the other."""
    positions = np.arange(int(sizes.sum()))
    before: I64 = np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.repeat(starts, sizes) + positions - before
