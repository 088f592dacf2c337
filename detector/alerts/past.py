"""What was decided on before this process began, as far back as it matters."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

import structlog
from confluent_kafka import Message, TopicPartition

from messaging.settings import KafkaSettings
from messaging.topic_reader import TopicReader
from schemas.errors import RegistryUnreachableError

log = structlog.get_logger()

_REGISTRY_SECONDS = 1.0
"""Between two questions to a registry that does not answer."""


class Past:
    """Folds the records before the committed offsets again, in a thread of its own.

    Args:
        kafka: Where the broker is.
        group: Consumer group.
        topic: The fraud topic.
        fold: Takes a record in; raises RegistryUnreachableError to be asked again.
        quiet_ms: Twice as far back from the record committed last, every episode that is still quiet is seen again.
        stop: Ends it early.

    Delivery: reads only. A partition whose group never committed has no past.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        *,
        group: str,
        topic: str,
        fold: Callable[[Message], None],
        quiet_ms: int,
        stop: threading.Event,
    ) -> None:
        self._kafka = kafka
        self._group = group
        self._topic = topic
        self._fold = fold
        self._quiet_ms = quiet_ms
        self._stop = stop
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="alerts-past")
        self._folding: Future[None] | None = None

    def begin(self, committed: Sequence[TopicPartition]) -> None:
        """Begins with partitions at their committed offsets, whose metadata is the time of the record before each."""
        self._folding = self._thread.submit(self._read, committed)

    def done(self, seconds: float) -> bool:
        """Whether all is folded, or failed; waits for that so many seconds at most."""
        return self._folding is None or bool(wait([self._folding], seconds).done)

    def end(self) -> None:
        """Waits for the rest.

        Raises:
            MessagingError: the broker refuses, or falls silent.
        """
        if self._folding is not None:
            folding, self._folding = self._folding, None
            folding.result()

    def close(self) -> None:
        """Ends the thread."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _read(self, committed: Sequence[TopicPartition]) -> None:
        told = [known for known in committed if known.offset > 0 and (known.metadata or "").isdecimal()]
        if not told:
            return
        ends = {known.partition: known.offset for known in told}
        with TopicReader(self._kafka, self._topic, name=f"{self._group}-past", absent="Has a detector run?") as reader:
            begun = {
                known.partition: reader.first_since(known.partition, int(known.metadata or 0) - 2 * self._quiet_ms)
                for known in told
            }
            starts = {number: begin for number, begin in begun.items() if begin is not None and begin < ends[number]}
            for record in reader.read(starts, ends, stop=self._stop.is_set):
                self._folded(record)

    def _folded(self, record: Message) -> None:
        while not self._stop.is_set():
            try:
                self._fold(record)
            except RegistryUnreachableError as error:
                log.warning("registry_unreachable", schema_id=error.schema_id)
                self._stop.wait(_REGISTRY_SECONDS)
            else:
                return
