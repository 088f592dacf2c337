"""A paused partition goes on where the loop stands."""

from confluent_kafka import Consumer, KafkaException, TopicPartition

from messaging.foreign import translated
from messaging.partition import Partition


def resume_at(consumer: Consumer, partition: Partition, offset: int) -> None:
    """Resumes a partition at an offset: what was fetched before the pause would come again, or be left out.

    Args:
        consumer: Owns the partition.
        partition: Paused.
        offset: Below 0 where nothing has been read yet; it then goes on where it stands.

    Raises:
        MessagingError: the library does not seek.
    """
    consumer.resume([TopicPartition(*partition)])
    if offset < 0:
        return
    try:
        consumer.seek(TopicPartition(partition.topic, partition.number, offset))
    except KafkaException as error:
        raise translated(error, f"seeking {partition} to {offset}", topic=partition.topic) from error
