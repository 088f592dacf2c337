"""One transaction after the other on one producer."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from confluent_kafka import KafkaException, Producer, TopicPartition

from messaging.errors import KafkaRefusedError, MessagingError, RecordRefusedError, TransactionLostError
from messaging.foreign import kafka_error, name_of, translated
from messaging.partition import Partition

log = structlog.get_logger()

WITHOUT_BOUND = -1.0
"""librdkafka bounds these calls by transaction.timeout.ms itself; a shorter bound risks that both sides disagree."""
STOPPING = 5.0
"""Seconds for such a call once the process is asked to stop: it ends soon after, and a broker that is away must not
keep it longer than a supervisor waits. The coordinator then aborts what is left open."""


class Transaction:
    """Begins, commits and aborts.

    Args:
        producer: Transactional; nobody else uses it.
        give_up: Asked before a call is repeated; once it says yes the call's error is raised instead.

    Delivery: a commit makes outputs and offsets visible together or not at all. After a crash the coordinator aborts
    what is open: at once when the same transactional id comes back, after transaction.timeout.ms otherwise.
    """

    def __init__(self, producer: Producer, give_up: Callable[[], bool] = lambda: False) -> None:
        self._producer = producer
        self._give_up = give_up
        self.open = False

    def init(self) -> None:
        """Fences a predecessor with the same id and aborts what it left open; called before `subscribe`.

        A partition that is assigned before the predecessor's transaction has ended would wait for its offsets.

        Raises:
            MessagingError: the coordinator refuses, or does not answer.
        """
        self._call("starting transactions", self._producer.init_transactions, WITHOUT_BOUND)

    def begin(self) -> None:
        """Opens a transaction unless one is open: lazily, so an idle loop has none that could time out."""
        if not self.open:
            self._call("beginning a transaction", self._producer.begin_transaction)
            self.open = True

    def commit(self, offsets: Mapping[Partition, int], group_metadata: object) -> None:
        """Commits what was sent together with the next `offsets`.

        Args:
            offsets: Last processed + 1, of partitions that are owned now and touched in this transaction.
            group_metadata: Read just now, on the polling thread: that of before a rebalance is refused.

        Raises:
            TransactionAbortedError: abort, rewind, do it again.
            RecordRefusedError: abort; one of the records would fail again.
            TransactionLostError: end the process.
            KafkaRefusedError: abort and end the process.
        """
        self.add_offsets(offsets, group_metadata)
        self._call("committing a transaction", self._producer.commit_transaction, self._bound())
        self.open = False

    def add_offsets(self, offsets: Mapping[Partition, int], group_metadata: object) -> None:
        """Puts the next offsets into the transaction; raises as `commit`."""
        listed = [TopicPartition(topic, number, offset) for (topic, number), offset in offsets.items()]
        self._call(
            "adding offsets to a transaction",
            self._producer.send_offsets_to_transaction,
            listed,
            group_metadata,
            self._bound(),
        )

    def abort(self) -> None:
        """Aborts the open transaction, if one is open; raises as `commit`."""
        if self.open:
            self._call("aborting a transaction", self._producer.abort_transaction, self._bound())
            self.open = False

    def _bound(self) -> float:
        return STOPPING if self._give_up() else WITHOUT_BOUND

    def _call(self, doing: str, function: Callable[..., Any], *arguments: Any) -> None:
        """Calls; repeats with the same arguments what librdkafka calls retriable; sorts the rest by its flags."""
        while True:
            try:
                function(*arguments)
            except KafkaException as raised:
                error = kafka_error(raised)
                if error is not None and error.retriable() and not self._give_up():
                    log.warning("transaction_call_repeated", doing=doing, code=name_of(error), error=error.str())
                    continue
                raise _sorted_by_flags(raised, doing) from raised
            else:
                return


def _sorted_by_flags(raised: KafkaException, doing: str) -> MessagingError:
    """An error without any of the three flags counts as fatal: librdkafka's own advice."""
    error = kafka_error(raised)
    known = translated(raised, doing)
    if error is None or error.retriable() or error.txn_requires_abort():
        return known
    if isinstance(known, KafkaRefusedError | TransactionLostError | RecordRefusedError):
        return known
    return TransactionLostError(str(known), code=known.code)
