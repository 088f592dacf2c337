"""The embedded broker: librdkafka's mock cluster, with topics, faults and a look at what it was asked."""

import ctypes
from collections import Counter
from collections.abc import Sequence
from enum import IntEnum
from types import TracebackType
from typing import Self

from sandbox.errors import EmbeddedBrokerError
from sandbox.librdkafka import librdkafka

ALL_BROKERS = -1
PRODUCER = 0
"""`RD_KAFKA_PRODUCER`, the kind of client that carries the mock cluster."""


class ApiKey(IntEnum):
    """Kafka protocol requests that faults can be put on."""

    PRODUCE = 0
    FETCH = 1
    LIST_OFFSETS = 2
    METADATA = 3
    OFFSET_COMMIT = 8
    OFFSET_FETCH = 9
    FIND_COORDINATOR = 10
    JOIN_GROUP = 11
    HEARTBEAT = 12
    LEAVE_GROUP = 13
    SYNC_GROUP = 14
    CREATE_TOPICS = 19
    INIT_PRODUCER_ID = 22
    ADD_PARTITIONS_TO_TXN = 24
    ADD_OFFSETS_TO_TXN = 25
    END_TXN = 26
    TXN_OFFSET_COMMIT = 28


class EmbeddedBroker:
    """A Kafka broker inside this process, on free loopback ports.

    What it does not do stands in `sandbox.limits`.

    Delivery: records live in memory and are gone with the object; beyond 5 MB per partition the oldest are dropped
    uncounted. Transactions are answered and neither hide aborted records nor keep offsets.

    Args:
        brokers: How many brokers the cluster has; their ids are 1 to `brokers`.
        rebalance_delay: Seconds a new consumer group waits for more members before it is balanced.

    Raises:
        EmbeddedBrokerError: the library lacks the mock cluster, or it cannot start.
    """

    def __init__(self, *, brokers: int = 1, rebalance_delay: float = 0.0) -> None:
        self._library = librdkafka()
        self._client = self._new_client()
        self._cluster = self._library.rd_kafka_mock_cluster_new(self._client, brokers)
        if not self._cluster:
            self._library.rd_kafka_destroy(self._client)
            raise EmbeddedBrokerError(f"The embedded broker cannot start with {brokers} brokers; are ports left?")
        self._library.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, int(rebalance_delay * 1000))
        self.bootstrap_servers: str = self._library.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()
        """Addresses for `bootstrap.servers`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the broker and forget every record; a second call does nothing."""
        if self._cluster:
            self._library.rd_kafka_mock_cluster_destroy(self._cluster)
            self._library.rd_kafka_destroy(self._client)
            self._cluster = None

    def create_topic(self, name: str, partitions: int = 4) -> None:
        """Create a topic; a client that asks for a missing one makes it itself, with four partitions.

        Raises:
            EmbeddedBrokerError: the topic exists already, or the name is refused.
        """
        code = self._library.rd_kafka_mock_topic_create(self._running(), name.encode(), partitions, 1)
        self._checked(code, f"create topic {name} with {partitions} partitions")

    def fail_requests(self, request: ApiKey, errors: Sequence[int]) -> None:
        """Answer the next requests of this kind with these error codes, one each.

        Args:
            request: Kind of request.
            errors: Codes of `confluent_kafka.KafkaError`; `_TRANSPORT` cuts the connection, 0 lets one through.
        """
        codes = (ctypes.c_int * len(errors))(*errors)
        self._library.rd_kafka_mock_push_request_errors_array(self._running(), request, len(errors), codes)

    def clear_faults(self, request: ApiKey) -> None:
        """Forget errors that `fail_requests` has laid up for this kind of request."""
        self._library.rd_kafka_mock_clear_request_errors(self._running(), request)

    def fail_topic(self, name: str, error: int) -> None:
        """Answer metadata and transaction requests about the topic with this error code; 0 ends that."""
        self._library.rd_kafka_mock_topic_set_error(self._running(), name.encode(), error)

    def set_round_trip_time(self, seconds: float, *, broker: int = ALL_BROKERS) -> None:
        """Delay every answer."""
        code = self._library.rd_kafka_mock_broker_set_rtt(self._running(), broker, int(seconds * 1000))
        self._checked(code, f"set the round-trip time of broker {broker}")

    def take_down(self, *, broker: int = ALL_BROKERS) -> None:
        """Cut connections and refuse new ones; records stay."""
        code = self._library.rd_kafka_mock_broker_set_down(self._running(), broker)
        self._checked(code, f"take down broker {broker}")

    def bring_up(self, *, broker: int = ALL_BROKERS) -> None:
        """Take connections again."""
        code = self._library.rd_kafka_mock_broker_set_up(self._running(), broker)
        self._checked(code, f"bring up broker {broker}")

    def move_leader(self, topic: str, partition: int, broker: int) -> None:
        """Make another broker the partition's leader; -1 leaves it without one."""
        code = self._library.rd_kafka_mock_partition_set_leader(self._running(), topic.encode(), partition, broker)
        self._checked(code, f"make broker {broker} leader of {topic} [{partition}]")

    def move_coordinator(self, kind: str, key: str, broker: int) -> None:
        """Make another broker the coordinator of a `group` or a `transaction`al id."""
        code = self._library.rd_kafka_mock_coordinator_set(self._running(), kind.encode(), key.encode(), broker)
        self._checked(code, f"make broker {broker} coordinator of {kind} {key}")

    def track_requests(self) -> None:
        """Begin to count requests, from zero."""
        self._library.rd_kafka_mock_clear_requests(self._running())
        self._library.rd_kafka_mock_start_request_tracking(self._running())

    def requests(self) -> Counter[int]:
        """Requests since `track_requests`, by API key."""
        count = ctypes.c_size_t(0)
        tracked = self._library.rd_kafka_mock_get_requests(self._running(), ctypes.byref(count))
        keys = [self._library.rd_kafka_mock_request_api_key(tracked[index]) for index in range(count.value)]
        self._library.rd_kafka_mock_request_destroy_array(tracked, count.value)
        return Counter(keys)

    def _new_client(self) -> int:
        configuration = self._library.rd_kafka_conf_new()
        self._library.rd_kafka_conf_set_log_cb(configuration, None)
        reason = ctypes.create_string_buffer(512)
        client = self._library.rd_kafka_new(PRODUCER, configuration, reason, len(reason))
        if not client:
            raise EmbeddedBrokerError(f"The embedded broker's client cannot start: {reason.value.decode()}")
        return int(client)

    def _running(self) -> int:
        if not self._cluster:
            raise EmbeddedBrokerError("The embedded broker is stopped; start another one.")
        return int(self._cluster)

    def _checked(self, code: int, what: str) -> None:
        if code:
            name = self._library.rd_kafka_err2name(code).decode()
            raise EmbeddedBrokerError(f"The embedded broker does not {what}: {name}.")
