"""What came in: payments of a batch, from the input topic or from the payer stage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detector.chain.screened_contract import ScreenedContract, ScreenedValues
from detector.decoded import Decoded
from detector.stages.columns import Keyed
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

    def passed_on(self, read: Keyed, first: int, end: int) -> Screened:
        """Screened payments of some rows; `read` are those payments."""
        if self.screened is None:
            raise TypeError("These payments come from the input topic; nobody has screened them.")
        return self.screened.of_rows(read, self.decoded.positions[first:end])


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
