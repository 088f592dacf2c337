"""Records that were deleted before they were read."""

import structlog
from confluent_kafka import Consumer, KafkaException, TopicPartition

from messaging.metrics import LoopMetrics
from messaging.partition import Partition

log = structlog.get_logger()


class DeletedUnread:
    """Tells of offsets that the loop was still to read when retention, or an administrator, deleted them.

    The library goes on at the first record that is there and says nothing. A gap alone says nothing either: markers of
    transactions and aborted records take offsets too. So the gap counts as far as the log begins behind it.

    Args:
        consumer: Its fetches carry the begin of each partition along; nothing is asked for.
        metrics: Count the offsets, a marker among them included.
    """

    def __init__(self, consumer: Consumer, metrics: LoopMetrics) -> None:
        self._consumer = consumer
        self._metrics = metrics

    def gap(self, partition: Partition, expected: int, first: int) -> None:
        """Looks at a partition in which `first` came where `expected` was to come."""
        try:
            ends = self._consumer.get_watermark_offsets(TopicPartition(*partition), cached=True)
        except KafkaException:
            return
        deleted = min(first, -1 if ends is None else ends[0]) - expected
        if deleted > 0:
            self._metrics.deleted.labels(partition.topic).inc(deleted)
            log.error("records_deleted_unread", partition=str(partition), offset=expected, offsets=deleted)
