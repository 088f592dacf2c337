"""What came in: payments of a batch, from the input topic or from the payer stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detector.batch import TransactionBatch
from detector.chain.screened_contract import ScreenedContract
from detector.chain.screened_values import ScreenedValues
from detector.decoded import Decoded
from detector.reading.payment_reader import PaymentReader
from detector.reading.spans import Spans
from detector.stages.columns import Keyed
from detector.stages.screened import Screened
from detector.windows.layout import I64, U8
from schemas.fate import Fate

Failures = Sequence[tuple[int, Exception]]
"""Position in the batch, and what is wrong there."""


class Dead(NamedTuple):
    """What can never be processed.

    Args:
        place: Position of its record in the batch.
        error: Why.
        value: What is to be kept of it where it is one payment of several; None: the record as it is.
        timestamp: Of that payment, milliseconds since 1970-01-01T00:00:00Z.
    """

    place: int
    error: Exception
    value: bytes | None = None
    timestamp: int = 0


@dataclass(frozen=True, slots=True)
class Received:
    """Payments that were decoded, row by row, and the records that hold none.

    Args:
        values: Values as they were read from the input topic.
        decoded: The payments; positions count in `values`.
        places: Position of each row's record in its batch, rising.
        dead: What can never be processed.
        waiting: Records that cannot be decided before the registry answers.
        screened: What the payer stage passed on; rows are those of `values`.
        joined: Values of the input topic one behind the other, and the end of each; None where one is null.
    """

    values: Sequence[bytes | None]
    decoded: Decoded
    places: I64
    dead: Sequence[Dead]
    waiting: Failures
    screened: ScreenedValues | None = None
    joined: tuple[U8, I64] | None = None

    def rows_between(self, start: int, stop: int) -> tuple[int, int]:
        """First row and end of the rows of some records."""
        first, end = np.searchsorted(self.places, (start, stop)).tolist()
        return first, end

    @property
    def passed(self) -> ScreenedValues:
        """What the payer stage passed on.

        Raises:
            TypeError: these payments come from the input topic; nobody has screened them.
        """
        if self.screened is None:
            raise TypeError("These payments come from the input topic; nobody has screened them.")
        return self.screened

    def passed_on(self, read: Keyed, first: int, end: int) -> Screened:
        """Screened payments of some rows; `read` are those payments."""
        return self.passed.of_rows(read, self.decoded.positions[first:end])

    def chosen(self, rows: NDArray[np.bool_]) -> "Received":
        """Some of the rows, without the records that hold none."""
        frame, decoded = self.decoded.frame.filter(pl.Series(rows)), self.decoded
        kept = Decoded(TransactionBatch(frame), decoded.positions[rows], decoded.schema_ids[rows], (), ())
        return Received(self.values, kept, self.places[rows], (), (), self.screened)


def payments_of(reader: PaymentReader, values: Sequence[bytes | None]) -> Received:
    """Payments of the input topic."""
    try:
        spans = Spans.of(cast("Sequence[bytes]", values))
    except TypeError:  # a tombstone
        spans = None
    decoded = _decoded(reader, values, spans)
    return Received(
        values,
        decoded,
        decoded.positions,
        [Dead(failure.position, failure.error) for failure in decoded.dead],
        [(failure.position, failure.error) for failure in decoded.waiting],
        joined=None if spans is None else (spans.data, spans.ends),
    )


def screened_of(reader: PaymentReader, contract: ScreenedContract, values: Sequence[bytes | None]) -> Received:
    """Payments of the internal topic; one of several in a record that does not decode is dead without the others."""
    passed = contract.decode(values)
    decoded = _decoded(reader, passed.payments, passed.spans)
    positions = passed.positions.tolist() if decoded.dead or decoded.waiting else []
    dead = [Dead(place, error) for place, error in passed.failures if not _waits(error)]
    for failure in decoded.dead:
        row = failure.position
        alone = (contract.encode_alone(passed, row), int(passed.times[row])) if passed.shared[row] else ()
        dead.append(Dead(positions[row], failure.error, *alone))
    waiting = [(place, error) for place, error in passed.failures if _waits(error)]
    waiting += [(positions[failure.position], failure.error) for failure in decoded.waiting]
    places = passed.positions[decoded.positions]
    dead.sort(key=lambda each: each.place)
    return Received(passed.payments, decoded, places, dead, waiting, passed)


def _decoded(reader: PaymentReader, values: Sequence[bytes | None], spans: Spans | None) -> Decoded:
    plain = None if spans is None else reader.read(spans, lambda: reader.decoder.decode(values).frame)
    if plain is not None:
        schema_id, payments = plain
        count = len(values)
        return Decoded(payments, np.arange(count), np.full(count, schema_id, np.int64), (), ())
    batch = reader.decoder.decode(values)
    dead = [failure for failure in batch.failures if failure.error.fate is not Fate.RETRY]
    waiting = [failure for failure in batch.failures if failure.error.fate is Fate.RETRY]
    return Decoded(TransactionBatch(batch.frame), batch.positions, batch.schema_ids, dead, waiting)


def _waits(error: Exception) -> bool:
    return getattr(error, "fate", Fate.STOP) is Fate.RETRY
