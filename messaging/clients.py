"""Clients of the library, made one way: properties checked, its log lines in our log."""

import logging
from collections.abc import Mapping
from typing import Any

from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from messaging.errors import ClientPropertyError

LIBRARY_LOGGER = logging.getLogger("librdkafka")
"""Receives the lines librdkafka would print on stderr; silent below WARNING."""


def make_consumer(properties: Mapping[str, Any]) -> Consumer:
    """A consumer.

    Raises:
        ClientPropertyError: a property is unknown, or its value is none the library takes.
    """
    try:
        return Consumer(dict(properties), logger=LIBRARY_LOGGER)
    except (KafkaException, ValueError, TypeError) as error:
        raise _wrong_property(error) from error


def make_producer(properties: Mapping[str, Any]) -> Producer:
    """A producer; raises as `make_consumer`."""
    try:
        return Producer(dict(properties), logger=LIBRARY_LOGGER)
    except (KafkaException, ValueError, TypeError) as error:
        raise _wrong_property(error) from error


def make_admin(properties: Mapping[str, Any]) -> AdminClient:
    """An admin client; raises as `make_consumer`."""
    try:
        return AdminClient(dict(properties), logger=LIBRARY_LOGGER)
    except (KafkaException, ValueError, TypeError) as error:
        raise _wrong_property(error) from error


def _wrong_property(error: Exception) -> ClientPropertyError:
    return ClientPropertyError(
        f"A Kafka client cannot be made: {error}. Check the KAFKA_CLIENT_* variables against librdkafka's properties."
    )
