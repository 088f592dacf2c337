"""Errors of the plumbing.

* MessagingError
    * KafkaUnreachableError         no broker answers                                       retry
    * KafkaRefusedError             authentication or authorization says no                 stop
    * TopicMissingError             a topic is not there and creation is off                stop
    * TopicMismatchError            a topic is there and not as it must be                  stop
    * ClientPropertyError           a client property the library does not take             stop
    * DeliveryError                 a record was not acknowledged                           stop
    * TransactionAbortedError       the transaction cannot be committed; do its work again  retry
    * TransactionLostError          fenced, or a state without a way back                   stop
    * RecordRefusedError            the broker refuses one record, for example its size     dead letter
    * StoppedError                  a signal came while something was awaited               stop
"""

from typing import ClassVar

from schemas.fate import Fate


class MessagingError(Exception):
    """Root of this package's errors.

    Args:
        message: What happened, the values, the next step.
        code: Name of Kafka's error code, where there is one.
        topic: Topic, where one is concerned.
        partition: Partition, where one is concerned.
        offset: Offset, where one is concerned.
    """

    fate: ClassVar[Fate] = Fate.STOP

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        topic: str | None = None,
        partition: int | None = None,
        offset: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.topic = topic
        self.partition = partition
        self.offset = offset


class KafkaUnreachableError(MessagingError):
    """No broker answers, or one that says "later". Where a bound on waiting is over, the command ends with it."""

    fate: ClassVar[Fate] = Fate.RETRY


class KafkaRefusedError(MessagingError):
    """The broker answers and refuses: authentication or authorization."""


class TopicMissingError(MessagingError):
    """A topic is not there and creation is switched off."""


class TopicMismatchError(MessagingError):
    """A topic is there, and its partitions or settings are not what the work needs."""


class ClientPropertyError(MessagingError):
    """librdkafka does not take a property or its value."""


class DeliveryError(MessagingError):
    """Records that were handed over have not been acknowledged."""


class TransactionAbortedError(MessagingError):
    """The transaction is lost and its work must be done again from the last committed offsets."""

    fate: ClassVar[Fate] = Fate.RETRY


class TransactionLostError(MessagingError):
    """The producer was fenced or is in a state without a way back; a new process begins at the committed offsets."""


class RecordRefusedError(MessagingError):
    """The broker refuses one record; sending it again will not help."""

    fate: ClassVar[Fate] = Fate.DEAD_LETTER


class StoppedError(MessagingError):
    """A signal asked for the end while something was awaited; what waited has nothing to finish."""
