"""The registry client of readers: gives up soon, so that a consumer keeps polling."""

from confluent_kafka.schema_registry import SchemaRegistryClient

from schemas.registry.confluent import confluent_configuration
from schemas.registry.tls import check_certificates
from schemas.settings import RegistrySettings

PATIENCE_SECONDS = 2.0
"""A look-up blocks the loop; `max.poll.interval.ms` and a graceful stop allow seconds, not a minute of retries."""


def reading_client(settings: RegistrySettings) -> SchemaRegistryClient:
    """A client for `WriterSchemas` and nobody else: one try, two seconds at most.

    Delivery: nothing is repeated here; `WriterSchemas` remembers for a moment that the registry was away.

    Raises:
        ContractError: a certificate file holds no certificate.
    """
    check_certificates(settings)
    patience = min(settings.timeout, PATIENCE_SECONDS)
    return SchemaRegistryClient({**confluent_configuration(settings), "timeout": patience, "max.retries": 0})
