"""Why no broker is reached, told by the library's own reports."""

import pytest
from confluent_kafka import KafkaError, KafkaException

from messaging.clients import make_admin
from messaging.errors import KafkaRefusedError, KafkaUnreachableError
from messaging.reaching import ConnectionReports, await_metadata
from messaging.settings import KafkaSettings

FAILED = KafkaException(KafkaError(KafkaError._TRANSPORT, "Failed to get metadata"))
DOWN = KafkaError(KafkaError._ALL_BROKERS_DOWN, "1/1 brokers are down")
PASSWORD = KafkaError(KafkaError._AUTHENTICATION, "Invalid username or password")
PROTOCOL = KafkaError(KafkaError._TRANSPORT, "connecting to a PLAINTEXT broker listener?")


@pytest.mark.parametrize(
    ("reports", "kind", "reason"),
    [
        ([PASSWORD, DOWN], KafkaRefusedError, "Invalid username or password"),
        ([PASSWORD, PROTOCOL, DOWN], KafkaRefusedError, "Invalid username or password"),
        ([PROTOCOL, DOWN], KafkaUnreachableError, "PLAINTEXT broker listener"),
        ([DOWN], KafkaUnreachableError, "Failed to get metadata"),
        ([], KafkaUnreachableError, "Failed to get metadata"),
    ],
)
def test_explained_with_reports_names_the_reason(reports, kind, reason):
    """A refusal outweighs what else was reported, and a reason outweighs the bare failure."""
    told = ConnectionReports()
    for report in reports:
        told(report)
    error = told.explained(FAILED, "asking")
    assert type(error) is kind
    assert reason in str(error)


def test_await_metadata_without_a_broker_names_what_the_connection_met():
    """The line that ends the wait says what the last attempt to connect met, not only that it failed."""
    kafka, reports = KafkaSettings(broker_url="127.0.0.1:1", wait=0), ConnectionReports()
    with pytest.raises(KafkaUnreachableError, match=r"127\.0\.0\.1:1.*Connection refused.*KAFKA_BROKER_URL"):
        await_metadata(make_admin({**kafka.properties, "error_cb": reports}), reports, kafka)
