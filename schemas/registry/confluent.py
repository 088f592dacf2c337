"""Confluent's registry client, configured from this project's settings."""

from typing import Any

from confluent_kafka.schema_registry import SchemaRegistryClient

from schemas.registry.tls import check_certificates
from schemas.settings import RegistrySettings


def schema_registry_client(settings: RegistrySettings) -> SchemaRegistryClient:
    """A client for serdes: one for reading, another one for writing.

    Against Confluent 8 a client that has read a subject answers "Schema ID is not set" to a serializer that shares it.

    Delivery: a request is tried twice, 0.1 s apart; whoever calls decides what an absent registry means.

    Raises:
        ContractError: a certificate file holds no certificate.
    """
    check_certificates(settings)
    return SchemaRegistryClient(confluent_configuration(settings))


def end_client(client: SchemaRegistryClient) -> None:
    """Ends the connections of a client; the library offers this at the end of a `with` block alone."""
    with client:
        pass


def confluent_configuration(settings: RegistrySettings) -> dict[str, Any]:
    """Properties of the client; holds the secrets in clear."""
    configuration: dict[str, Any] = {
        "url": settings.base_url,
        "timeout": settings.timeout,
        "max.retries": 1,
        "retries.wait.ms": 100,
    }
    if settings.basic_auth:
        configuration["basic.auth.user.info"] = settings.basic_auth.get_secret_value()
    if settings.bearer_token:
        configuration["bearer.auth.credentials.source"] = "STATIC_TOKEN"
        configuration["bearer.auth.token"] = settings.bearer_token.get_secret_value()
        configuration["bearer.auth.logical.cluster"] = settings.logical_cluster
    if settings.ca:
        configuration["ssl.ca.location"] = str(settings.ca)
    if settings.client_certificate:
        configuration["ssl.certificate.location"] = str(settings.client_certificate)
        configuration["ssl.key.location"] = str(settings.client_key)
    return configuration
