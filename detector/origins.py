"""The records of the input topic that payments come from, as far as they are known."""

from collections.abc import Iterator, Sequence

import numpy as np

from detector.chain.screened_values import ScreenedValues
from detector.chain.stream.payment_record import PaymentRecord
from detector.received import Received
from messaging.loop.envelopes import Envelopes
from messaging.loop.record import Record, headers_of, timestamps_of


def envelopes_of(
    received: Received, records: Sequence[Record], keys: Sequence[bytes | None] | None = None
) -> Envelopes:
    """Envelope of each row's record of the input topic.

    Args:
        received: The payments.
        records: The records of the batch.
        keys: Of each row; absent: those of the records. They do not travel through the internal topic: there none are
            known.
    """
    if received.screened is None:
        return Envelopes.of(_by_row(received, records), keys)
    return _carried(received, received.screened, records, keys or [None] * received.places.size)


def _by_row(received: Received, records: Sequence[Record]) -> Sequence[Record]:
    if received.screened is None and received.places.size == len(records):
        return records
    return [records[place] for place in received.places.tolist()]


def _carried(
    received: Received, screened: ScreenedValues, records: Sequence[Record], keys: Sequence[bytes | None]
) -> Envelopes:
    rows = received.decoded.positions
    shared = screened.shared[rows]
    if shared.all():
        return Envelopes(keys, screened.times[rows].tolist())
    records = _by_row(received, records)
    times = np.where(shared, screened.times[rows], np.array(timestamps_of(records), np.int64))
    headers = [None if shares else each for shares, each in zip(shared, headers_of(records), strict=False)]
    return Envelopes(keys, times.tolist(), headers)


def dead_records(received: Received, records: Sequence[Record]) -> Iterator[tuple[Record, Exception]]:
    """The records to bury, and why; one payment of several is buried as the record that it would have been alone.

    Args:
        received: What came in.
        records: The records of the batch.
    """
    for place, error, value, timestamp in received.dead:
        record = records[place]
        yield record if value is None else PaymentRecord(record, value, timestamp), error
