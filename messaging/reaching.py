"""First contact with a broker: waits for one that is starting, and tells why none is reached."""

import time
from collections.abc import Callable

from confluent_kafka import Consumer, KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ClusterMetadata

from messaging.errors import KafkaRefusedError, KafkaUnreachableError, MessagingError
from messaging.foreign import class_of, name_of, translated
from messaging.settings import KafkaSettings

ATTEMPT_SECONDS = 2.0
"""Bound on one question, so also between two lines of progress."""


class ConnectionReports:
    """What the library reports of a client's connections; give it to the client as `error_cb`.

    A question that fails says "transport failure" whatever the reason; refused credentials, a wrong certificate or the
    wrong protocol are told here only.
    """

    def __init__(self) -> None:
        self._refusal: KafkaError | None = None
        self._latest: KafkaError | None = None

    def __call__(self, error: KafkaError) -> None:
        """Takes a report."""
        if class_of(error) is KafkaRefusedError:
            self._refusal = error
        elif name_of(error) != "_ALL_BROKERS_DOWN":
            self._latest = error

    def explained(self, raised: KafkaException, doing: str) -> MessagingError:
        """The error for a question that failed, with the reason that was reported, if one was."""
        told = translated(raised, doing)
        if not isinstance(told, KafkaUnreachableError):
            return told
        reason = self._refusal or self._latest
        return told if reason is None else translated(reason, doing)


def await_metadata(
    client: AdminClient | Consumer,
    reports: ConnectionReports,
    kafka: KafkaSettings,
    on_progress: Callable[[str], None] = lambda _: None,
    *,
    topic: str | None = None,
    seconds: float | None = None,
) -> ClusterMetadata:
    """The cluster's metadata, as soon as a broker answers.

    Args:
        client: Whoever asks, made with `reports` as `error_cb`.
        reports: Its reports.
        kafka: Where the broker is.
        on_progress: Called about every two seconds with a line while no broker answers.
        topic: Ask for this topic alone.
        seconds: Longest wait; `kafka.wait` without it.

    Raises:
        KafkaUnreachableError: no broker answers in time.
        KafkaRefusedError: credentials or certificate are refused; told at once, since waiting would not change it.

    Delivery: asks only.
    """
    deadline = time.monotonic() + (kafka.wait if seconds is None else seconds)
    while True:
        begun = time.monotonic()
        left = deadline - begun
        try:
            return _metadata(client, topic, max(0.5, min(ATTEMPT_SECONDS, left)))
        except KafkaException as raised:
            client.poll(0)  # the reports come in here
            error = reports.explained(raised, f"asking {kafka.broker_url} for its topics")
            if not isinstance(error, KafkaUnreachableError) or left <= 0:
                raise error from raised
            on_progress(f"waiting for the broker at {kafka.broker_url}, {left:.0f} s left")
            # A broker that hangs up makes the question fail at once, not after its bound.
            time.sleep(max(0.0, min(ATTEMPT_SECONDS, left) - (time.monotonic() - begun)))


def _metadata(client: AdminClient | Consumer, topic: str | None, seconds: float) -> ClusterMetadata:
    # The client takes no None for "all topics" in every version, so the argument is left away.
    return client.list_topics(timeout=seconds) if topic is None else client.list_topics(topic, timeout=seconds)
