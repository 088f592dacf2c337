"""One table from Kafka's error codes to the errors of this package, and so to a fate."""

from collections.abc import Iterable, Mapping

from confluent_kafka import KafkaError, KafkaException

from messaging.errors import (
    ClientPropertyError,
    DeliveryError,
    KafkaRefusedError,
    KafkaUnreachableError,
    MessagingError,
    RecordRefusedError,
    TopicMismatchError,
    TopicMissingError,
    TransactionAbortedError,
    TransactionLostError,
)

_CODES: tuple[tuple[type[MessagingError], tuple[str, ...]], ...] = (
    (
        KafkaUnreachableError,
        (
            "_TRANSPORT _ALL_BROKERS_DOWN _RESOLVE _TIMED_OUT _TIMED_OUT_QUEUE _MSG_TIMED_OUT _WAIT_COORD _NODE_UPDATE",
            "BROKER_NOT_AVAILABLE NETWORK_EXCEPTION REQUEST_TIMED_OUT COORDINATOR_NOT_AVAILABLE NOT_COORDINATOR",
            "COORDINATOR_LOAD_IN_PROGRESS LEADER_NOT_AVAILABLE NOT_LEADER_FOR_PARTITION REPLICA_NOT_AVAILABLE",
            "NOT_ENOUGH_REPLICAS NOT_ENOUGH_REPLICAS_AFTER_APPEND _ISR_INSUFF NOT_CONTROLLER UNKNOWN_CONTROLLER_ID",
            "KAFKA_STORAGE_ERROR PREFERRED_LEADER_NOT_AVAILABLE ELIGIBLE_LEADERS_NOT_AVAILABLE LISTENER_NOT_FOUND",
            "THROTTLING_QUOTA_EXCEEDED REBOOTSTRAP_REQUIRED",
        ),
    ),
    (
        KafkaRefusedError,
        (
            "_AUTHENTICATION _SSL SASL_AUTHENTICATION_FAILED ILLEGAL_SASL_STATE UNSUPPORTED_SASL_MECHANISM",
            "TOPIC_AUTHORIZATION_FAILED GROUP_AUTHORIZATION_FAILED CLUSTER_AUTHORIZATION_FAILED SECURITY_DISABLED",
            "TRANSACTIONAL_ID_AUTHORIZATION_FAILED DELEGATION_TOKEN_AUTHORIZATION_FAILED DELEGATION_TOKEN_EXPIRED",
            "POLICY_VIOLATION PRINCIPAL_DESERIALIZATION_FAILURE UNACCEPTABLE_CREDENTIAL",
            "DELEGATION_TOKEN_AUTH_DISABLED DELEGATION_TOKEN_NOT_FOUND DELEGATION_TOKEN_OWNER_MISMATCH",
            "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED TOPIC_DELETION_DISABLED",
        ),
    ),
    (
        TopicMissingError,
        ("UNKNOWN_TOPIC_OR_PART _UNKNOWN_TOPIC _UNKNOWN_PARTITION UNKNOWN_TOPIC_ID",),
    ),
    (
        TopicMismatchError,
        ("INVALID_PARTITIONS INVALID_REPLICATION_FACTOR INVALID_REPLICA_ASSIGNMENT INVALID_CONFIG TOPIC_EXCEPTION",),
    ),
    (
        ClientPropertyError,
        (
            "_INVALID_ARG _NOT_CONFIGURED _UNKNOWN_PROTOCOL _UNSUPPORTED_FEATURE _NOT_IMPLEMENTED _CONFLICT",
            "UNSUPPORTED_VERSION UNSUPPORTED_COMPRESSION_TYPE UNSUPPORTED_FOR_MESSAGE_FORMAT INVALID_SESSION_TIMEOUT",
            "INVALID_TRANSACTION_TIMEOUT INVALID_GROUP_ID INCONSISTENT_GROUP_PROTOCOL UNSUPPORTED_ASSIGNOR",
            "INVALID_REQUIRED_ACKS INVALID_REGULAR_EXPRESSION GROUP_MAX_SIZE_REACHED _INCONSISTENT",
            "OFFSET_METADATA_TOO_LARGE MISMATCHED_ENDPOINT_TYPE UNSUPPORTED_ENDPOINT_TYPE",
        ),
    ),
    (
        RecordRefusedError,
        (
            "MSG_SIZE_TOO_LARGE INVALID_MSG INVALID_MSG_SIZE RECORD_LIST_TOO_LARGE INVALID_RECORD",
            "INVALID_TIMESTAMP _BAD_MSG",
        ),
    ),
    (
        TransactionAbortedError,
        (
            "ILLEGAL_GENERATION UNKNOWN_MEMBER_ID FENCED_INSTANCE_ID STALE_MEMBER_EPOCH FENCED_MEMBER_EPOCH",
            "TRANSACTION_ABORTABLE REBALANCE_IN_PROGRESS CONCURRENT_TRANSACTIONS MEMBER_ID_REQUIRED _ASSIGNMENT_LOST",
            "UNSTABLE_OFFSET_COMMIT _PURGE_QUEUE _PURGE_INFLIGHT",
        ),
    ),
    (
        TransactionLostError,
        (
            "_FENCED PRODUCER_FENCED INVALID_PRODUCER_EPOCH INVALID_TXN_STATE TRANSACTION_COORDINATOR_FENCED",
            "OUT_OF_ORDER_SEQUENCE_NUMBER DUPLICATE_SEQUENCE_NUMBER UNKNOWN_PRODUCER_ID INVALID_PRODUCER_ID_MAPPING",
            "_FATAL _STATE _GAPLESS_GUARANTEE UNRELEASED_INSTANCE_ID _MAX_POLL_EXCEEDED _DESTROY",
        ),
    ),
    (DeliveryError, ("_QUEUE_FULL _FAIL _BAD_COMPRESSION UNKNOWN",)),
    # Never the answer to what this project asks; should one come, nobody knows what it means, so the process ends.
    (
        MessagingError,
        (
            "DUPLICATE_RESOURCE DUPLICATE_VOTER ELECTION_NOT_NEEDED FEATURE_UPDATE_FAILED FENCED_LEADER_EPOCH",
            "FENCED_STATE_EPOCH FETCH_SESSION_ID_NOT_FOUND GROUP_ID_NOT_FOUND GROUP_SUBSCRIBED_TO_TOPIC",
            "INCONSISTENT_TOPIC_ID INCONSISTENT_VOTER_SET INVALID_COMMIT_OFFSET_SIZE INVALID_FETCH_SESSION_EPOCH",
            "INVALID_PRINCIPAL_TYPE INVALID_RECORD_STATE INVALID_REGISTRATION INVALID_REQUEST",
            "INVALID_SHARE_SESSION_EPOCH INVALID_UPDATE_VERSION INVALID_VOTER_KEY LOG_DIR_NOT_FOUND NON_EMPTY_GROUP",
            "NO_ERROR NO_REASSIGNMENT_IN_PROGRESS OFFSET_NOT_AVAILABLE OFFSET_OUT_OF_RANGE OPERATION_NOT_ATTEMPTED",
            "REASSIGNMENT_IN_PROGRESS RESOURCE_NOT_FOUND SHARE_SESSION_LIMIT_REACHED SHARE_SESSION_NOT_FOUND",
            "STALE_BROKER_EPOCH STALE_CTRL_EPOCH STREAMS_INVALID_TOPOLOGY STREAMS_INVALID_TOPOLOGY_EPOCH",
            "STREAMS_TOPOLOGY_FENCED TELEMETRY_TOO_LARGE TOPIC_ALREADY_EXISTS UNKNOWN_LEADER_EPOCH",
            "UNKNOWN_SUBSCRIPTION_ID VOTER_NOT_FOUND _APPLICATION _ASSIGN_PARTITIONS _AUTO_OFFSET_RESET",
            "_CRIT_SYS_RESOURCE _DESTROY_BROKER _EXISTING_SUBSCRIPTION _FS _INTR _INVALID_DIFFERENT_RECORD",
            "_INVALID_TYPE _IN_PROGRESS _KEY_DESERIALIZATION _KEY_SERIALIZATION _LOG_TRUNCATION _NOENT _NOOP",
            "_NO_OFFSET _OUTDATED _PARTIAL _PARTITION_EOF _PREV_IN_PROGRESS _READ_ONLY _RETRY _REVOKE_PARTITIONS",
            "_UNDERFLOW _UNKNOWN_BROKER _UNKNOWN_GROUP _VALUE_DESERIALIZATION _VALUE_SERIALIZATION _WAIT_CACHE",
        ),
    ),
)

CLASS_OF_CODE: Mapping[str, type[MessagingError]] = {
    name: error for error, lines in _CODES for line in lines for name in line.split()
}
"""Error class by the name of Kafka's code. A test asks for every code known; any other ends the process."""

_NEXT_STEP: Mapping[type[MessagingError], str] = {
    KafkaUnreachableError: "Is the broker running, and is KAFKA_BROKER_URL right?",
    KafkaRefusedError: "Check the credentials (KAFKA_CLIENT_SASL_*, KAFKA_CLIENT_SSL_*) and what the principal may do.",
    TopicMissingError: "Create the topic, or allow creation with TOPIC_CREATION=true.",
    TopicMismatchError: "Check TOPIC_PARTITIONS, TOPIC_REPLICATION and TOPIC_RETENTION_HOURS.",
    ClientPropertyError: "Check the KAFKA_CLIENT_* variables against librdkafka's list of properties.",
    TransactionAbortedError: "The work is done again from the last committed offsets.",
    TransactionLostError: "Start the process again: it goes on from the last committed offsets.",
    RecordRefusedError: "Sending it again will not help.",
    DeliveryError: "Send what was not acknowledged again.",
}


def kafka_error(error: KafkaException | KafkaError) -> KafkaError | None:
    """The error inside an exception of the client; None where the exception carries only text."""
    if isinstance(error, KafkaError):
        return error
    inner = error.args[0] if error.args else None
    return inner if isinstance(inner, KafkaError) else None


def class_of(error: KafkaError) -> type[MessagingError]:
    """The class for one error of the client: its flags first, then the table.

    The flags go before the code because librdkafka knows what it did about the error: `fatal` has no way back, and
    `txn_requires_abort` has one.
    """
    known = CLASS_OF_CODE.get(name_of(error))
    if error.fatal():
        return TransactionLostError if known is not KafkaRefusedError else known
    if error.txn_requires_abort() and known not in (RecordRefusedError, KafkaRefusedError, TopicMissingError):
        return TransactionAbortedError
    return known or MessagingError


def name_of(error: KafkaError) -> str:
    """Name of the code as the client's constants spell it."""
    return _CONSTANTS.get(error.code(), error.name())


def translated(error: KafkaException | KafkaError, doing: str, *, topic: str | None = None) -> MessagingError:
    """The package's own error for one of the client.

    Args:
        error: What the client raised or reported.
        doing: What was being done, to begin the message, for example `committing a transaction`.
        topic: Topic that was concerned, where there is one.
    """
    inner = kafka_error(error)
    if inner is None:
        return ClientPropertyError(f"Kafka refused while {doing}: {error}.", topic=topic)
    kind = class_of(inner)
    message = f"Kafka failed while {doing}: {inner.str().rstrip('.')} ({name_of(inner)}). {_NEXT_STEP.get(kind, '')}"
    return kind(message.rstrip(), code=name_of(inner), topic=topic)


def _names() -> Iterable[tuple[int, str]]:
    for name in dir(KafkaError):
        code = getattr(KafkaError, name)
        if isinstance(code, int) and name.lstrip("_")[:1].isupper():
            yield code, name


_CONSTANTS: Mapping[int, str] = dict(_names())
