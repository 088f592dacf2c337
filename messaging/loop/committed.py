"""Where the group stands, held against the logs it stands in."""

from collections.abc import Iterable, Mapping, Sequence

from confluent_kafka import OFFSET_END, Consumer, KafkaException, TopicPartition

from messaging.errors import TopicMismatchError
from messaging.foreign import translated
from messaging.partition import Partition


def committed_offsets(
    consumer: Consumer, listed: Sequence[TopicPartition], seconds: float
) -> Mapping[Partition, int | None]:
    """Next offset that the group has committed, by partition; None where nothing was ever committed.

    Args:
        consumer: Member of the group.
        listed: Partitions.
        seconds: Bound on each of two requests.

    Raises:
        TopicMismatchError: an offset lies behind the end of its log. Whatever comes into this partition next would be
            taken for what was processed already, up to that offset, and give no output.
        MessagingError: the broker does not say.
    """
    if not listed:
        return {}
    try:
        answers = consumer.committed(list(listed), timeout=seconds)
    except KafkaException as error:
        raise translated(error, "asking for committed offsets") from error
    committed = _by_partition(answers, "committed offset")
    _check(committed, _ends(consumer, [partition for partition, offset in committed.items() if offset], seconds))
    return committed


def _ends(consumer: Consumer, partitions: Iterable[Partition], seconds: float) -> Mapping[Partition, int | None]:
    """Ends of logs, by one request to each broker; `get_watermark_offsets` would make two for each partition."""
    asked = [TopicPartition(*partition, OFFSET_END) for partition in partitions]
    if not asked:
        return {}
    try:
        answers = consumer.offsets_for_times(asked, timeout=seconds)
    except KafkaException as error:
        raise translated(error, "asking for the ends of logs") from error
    return _by_partition(answers, "end")


def _by_partition(answers: Iterable[TopicPartition], what: str) -> dict[Partition, int | None]:
    found: dict[Partition, int | None] = {}
    for answer in answers:
        if answer.error is not None:
            raise translated(answer.error, f"asking for the {what} of {answer.topic}", topic=answer.topic)
        found[Partition(answer.topic, answer.partition)] = answer.offset if answer.offset >= 0 else None
    return found


def _check(committed: Mapping[Partition, int | None], ends: Mapping[Partition, int | None]) -> None:
    for partition, end in ends.items():
        offset = committed[partition]
        if end is not None and offset is not None and offset > end:
            raise TopicMismatchError(
                f"{partition} ends at offset {end}, and the group has committed it up to {offset}: the topic was made "
                f"anew, or its log has lost its tail. Its next {offset - end} records would give no output. Stop all "
                "members of the group, and set its offsets to where the log goes on, with kafka-consumer-groups.sh "
                "--reset-offsets: --to-earliest where the topic is new, --to-datetime where the tail is lost.",
                topic=partition.topic,
                partition=partition.number,
                offset=offset,
            )
