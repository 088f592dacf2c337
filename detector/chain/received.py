"""What came in: payments of a batch, from the input topic or from the payer stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detector.batch import TransactionBatch
from detector.chain.screened_contract import Extra, ScreenedContract, ScreenedValues
from detector.sorting import Decoded
from detector.stages.columns import keyed
from detector.stages.screened import Screened
from detector.windows.layout import I64
from schemas.fate import Fate
from schemas.serdes.columns.decoder import ColumnDecoder

Failures = Sequence[tuple[int, Exception]]
"""Position in the batch, and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Received:
    """Payments that were decoded, row by row, and the records that hold none.

    Args:
        values: Values as they were read from the input topic.
        decoded: The payments; positions count in `values`.
        places: Position of each row's record in its batch, rising.
        dead: Records that can never be processed.
        waiting: Records that cannot be decided before the registry answers.
        screened: What the payer stage passed on; rows are those of `values`.
    """

    values: Sequence[bytes | None]
    decoded: Decoded
    places: I64
    dead: Failures
    waiting: Failures
    screened: ScreenedValues | None = None

    def rows_between(self, start: int, stop: int) -> tuple[int, int]:
        """First row and end of the rows of some records."""
        first, end = np.searchsorted(self.places, (start, stop)).tolist()
        return first, end

    def batch(self, first: int, end: int) -> TransactionBatch:
        """Payments of some rows."""
        frame = self.decoded.frame
        return TransactionBatch(frame if end - first == frame.height else frame.slice(first, end - first))

    def passed_on(self, first: int, end: int) -> Screened:
        """Screened payments of some rows."""
        if self.screened is None:
            raise TypeError("These payments come from the input topic; nobody has screened them.")
        batch, rows = self.batch(first, end), self.decoded.positions[first:end]
        words, ends, found = _tags_of(self.screened, rows)
        findings = {row: extra[0] for row, extra in found.items() if extra[0]}
        chains = {row: extra[1] for row, extra in found.items() if extra[1]}
        return Screened(keyed(batch), words, ends, findings, chains)


def payments_of(decoder: ColumnDecoder, values: Sequence[bytes | None]) -> Received:
    """Payments of the input topic."""
    decoded = _decoded(decoder, values)
    return Received(
        values,
        decoded,
        decoded.positions,
        [(failure.position, failure.error) for failure in decoded.dead],
        [(failure.position, failure.error) for failure in decoded.waiting],
    )


def screened_of(decoder: ColumnDecoder, contract: ScreenedContract, values: Sequence[bytes | None]) -> Received:
    """Payments of the internal topic."""
    passed = contract.decode(values)
    decoded = _decoded(decoder, passed.payments)
    failures = [
        *passed.failures,
        *((int(passed.positions[failure.position]), failure.error) for failure in (*decoded.dead, *decoded.waiting)),
    ]
    dead = sorted((at for at in failures if not _waits(at[1])), key=lambda at: at[0])
    waiting = [at for at in failures if _waits(at[1])]
    return Received(passed.payments, decoded, passed.positions[decoded.positions], dead, waiting, passed)


def _decoded(decoder: ColumnDecoder, values: Sequence[bytes | None]) -> Decoded:
    batch = decoder.decode(values)
    dead = [failure for failure in batch.failures if failure.error.fate is not Fate.RETRY]
    waiting = [failure for failure in batch.failures if failure.error.fate is Fate.RETRY]
    return Decoded(batch.frame, batch.positions, batch.schema_ids, dead, waiting)


def _waits(error: Exception) -> bool:
    return getattr(error, "fate", Fate.STOP) is Fate.RETRY


def _tags_of(screened: ScreenedValues, rows: I64) -> tuple[I64, I64, Mapping[int, Extra]]:
    """Tags and findings of some rows, counted from 0."""
    if not rows.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), {}
    first, last = int(rows[0]), int(rows[-1])
    ends = screened.ends
    start = int(ends[first - 1]) if first else 0
    found = {row: extra for row, extra in screened.found.items() if first <= row <= last}
    if last - first + 1 == rows.size:
        kept = {row - first: extra for row, extra in found.items()}
        return screened.words[start : int(ends[last])], ends[first : last + 1] - start, kept
    sizes = np.diff(ends, prepend=0)[rows]
    pieces = [screened.words[end - size : end] for size, end in zip(sizes.tolist(), ends[rows].tolist(), strict=True)]
    place = {row: at for at, row in enumerate(rows.tolist())}
    return np.concatenate(pieces), np.cumsum(sizes), {place[row]: extra for row, extra in found.items() if row in place}
