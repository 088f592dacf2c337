"""The records of the input topic that payments come from, as far as they are known."""

from collections.abc import Iterator, Sequence

import numpy as np

from detector.chain.screened_values import ScreenedValues
from detector.chain.stream.payment_record import PaymentRecord
from detector.received import Received
from detector.windows.layout import I64
from messaging.loop.envelopes import Envelopes
from messaging.loop.record import Record, headers_of, timestamps_of


def envelopes_of(received: Received, records: Sequence[Record]) -> Envelopes:
    """Envelope of each row's record of the input topic.

    Keys do not travel through the internal topic: there none are known.

    Args:
        received: The payments.
        records: The records of the batch.
    """
    if received.places.size < len(records) or received.screened is not None:
        records = [records[place] for place in received.places.tolist()]
    if received.screened is None:
        return Envelopes.of(records)
    return _carried(received.screened, received.decoded.positions, records)


def _carried(screened: ScreenedValues, rows: I64, records: Sequence[Record]) -> Envelopes:
    shared, keys = screened.shared[rows], [None] * rows.size
    if shared.all():
        return Envelopes(keys, screened.times[rows].tolist())
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
