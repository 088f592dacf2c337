"""How far the loop is behind."""

from collections.abc import Collection

from confluent_kafka import Consumer, KafkaException, TopicPartition

from messaging.loop.positions import Positions
from messaging.metrics import LoopMetrics
from messaging.partition import Partition


class Lag:
    """Records between the own position and the end of every partition owned.

    The library's own `consumer_lag` stays -1 when offsets are committed in transactions.

    Args:
        consumer: Its fetches carry the end of each partition along; nothing is asked for.
        positions: Where the loop stands.
        metrics: Get the figures.
    """

    def __init__(self, consumer: Consumer, positions: Positions, metrics: LoopMetrics) -> None:
        self._consumer = consumer
        self._positions = positions
        self._metrics = metrics
        self._shown: set[Partition] = set()

    def measure(self, pending: Collection[Partition] = ()) -> int:
        """Total lag; partitions whose end is not known yet count 0.

        Args:
            pending: Partitions of which records were consumed and not processed.
        """
        owned = self._positions.owned
        for gone in self._shown - owned:
            self._metrics.lag.remove(gone.topic, str(gone.number))
        lags = {partition: self._of(partition, partition in pending) for partition in owned}
        for partition, lag in lags.items():
            self._metrics.lag.labels(partition.topic, str(partition.number)).set(lag)
        self._shown = set(owned)
        return sum(lags.values())

    def at_end(self, partition: Partition) -> bool:
        """Whether all that a partition is known to hold has been read; not before its first fetch has told."""
        ends, read = self._ends(partition)
        return ends is not None and max(self._positions.next_offset(partition), read, ends[0]) >= ends[1]

    def _of(self, partition: Partition, pending: bool) -> int:
        ends, read = self._ends(partition)
        if ends is None:
            return 0
        # Markers of transactions count as read once the consumer has passed them, unless the partition waits.
        passed = ends[0] if pending else max(read, ends[0])
        return max(0, ends[1] - max(self._positions.next_offset(partition), passed))

    def _ends(self, partition: Partition) -> tuple[tuple[int, int] | None, int]:
        """First offset and end of a partition as the last fetch told them, and the consumer's position."""
        asked = TopicPartition(partition.topic, partition.number)
        try:
            ends: tuple[int, int] | None = self._consumer.get_watermark_offsets(asked, cached=True)
            read = self._consumer.position([asked])[0].offset
        except KafkaException:
            return None, -1
        return (None, read) if ends is None or ends[1] < 0 else (ends, read)
