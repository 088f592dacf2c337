"""A payment of a record that holds several."""

from messaging.loop.record import Record


class PaymentRecord:
    """A payment as the record of the internal topic that it would have been alone.

    Args:
        record: The record that holds it; says where it was read.
        value: Value of the payment alone.
        timestamp: Timestamp of the record of the input topic, milliseconds since 1970-01-01T00:00:00Z.
    """

    def __init__(self, record: Record, value: bytes, timestamp: int) -> None:
        self.topic, self.partition, self.offset = record.topic, record.partition, record.offset
        self.key, self.headers = record.key, record.headers
        self._kind, self._value, self._timestamp = record.timestamp()[0], value, timestamp

    def value(self) -> bytes:
        """Frame and record of the payment alone."""
        return self._value

    def timestamp(self) -> tuple[int, int]:
        """Kind of timestamp, and milliseconds since 1970-01-01T00:00:00Z."""
        return self._kind, self._timestamp
