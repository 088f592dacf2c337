"""Payments of a batch that leave the payer stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.finding import Finding
from detector.stages.names import Names
from detector.stages.screened import Screened
from detector.windows.layout import I64, U8


@dataclass(frozen=True, slots=True)
class Leaving:
    """Screened payments of several partitions, a row per payment, on their way to the partitions of their payees.

    Args:
        payments: Values as they were read from the input topic, joined, and the end of each row's.
        parts: What the payer stage says of them, in the order of rows.
        order: Rows in the order in which they are to be judged.
        homes: Partition of each row's payee.
        times: Timestamps of the records, milliseconds since 1970-01-01T00:00:00Z.
        alone: Rows that need a record of their own.
    """

    payments: tuple[U8, I64]
    parts: Sequence[Screened]
    order: I64
    homes: I64
    times: I64
    alone: NDArray[np.bool_]

    @property
    def tags(self) -> tuple[I64, I64]:
        """Tags of all rows, and the end of each row's."""
        return _joined([part.tags for part in self.parts]), _moved([part.ends for part in self.parts])

    @property
    def names(self) -> Names:
        """Names of all rows."""
        return Names(
            _joined([part.names.data for part in self.parts]), _moved([part.names.ends for part in self.parts])
        )

    @property
    def findings(self) -> dict[int, tuple[Finding, ...]]:
        """Complete findings by row."""
        found, first = {}, 0
        for part in self.parts:
            found.update({first + row: findings for row, findings in part.findings.items()})
            first += len(part)
        return found


class LeavingValue(NamedTuple):
    """A value of the internal topic.

    Args:
        value: Frame and record.
        partition: Where it goes.
        timestamp: Highest of its payments', milliseconds since 1970-01-01T00:00:00Z.
        row: Row of its only payment; of the first, where there are several.
    """

    value: bytes
    partition: int
    timestamp: int
    row: int


def _joined(pieces: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def _moved(ends: Sequence[I64]) -> I64:
    """Ends of rows in pieces as ends in the joined pieces."""
    sizes = [int(each[-1]) if each.size else 0 for each in ends]
    starts = np.cumsum([0, *sizes[:-1]])
    return _joined([each + start for each, start in zip(ends, starts.tolist(), strict=True)])
