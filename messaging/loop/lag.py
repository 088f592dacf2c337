"""How far the loop is behind."""

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

    def measure(self) -> int:
        """Total lag; partitions whose end is not known yet count 0."""
        owned = self._positions.owned
        for gone in self._shown - owned:
            self._metrics.lag.remove(gone.topic, str(gone.number))
        lags = {partition: self._of(partition) for partition in owned}
        for partition, lag in lags.items():
            self._metrics.lag.labels(partition.topic, str(partition.number)).set(lag)
        self._shown = set(owned)
        return sum(lags.values())

    def _of(self, partition: Partition) -> int:
        asked = TopicPartition(partition.topic, partition.number)
        try:
            watermarks = self._consumer.get_watermark_offsets(asked, cached=True)
            read = self._consumer.position([asked])[0].offset
        except KafkaException:
            return 0
        if watermarks is None or watermarks[1] < 0:
            return 0
        # Markers of transactions count as read once the consumer has passed them, unless the partition waits.
        return max(0, watermarks[1] - max(self._positions.next_offset(partition), read, watermarks[0]))
