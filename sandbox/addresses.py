"""Where the embedded parts listen, and settings that point at them whatever the environment says."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pydantic import AnyHttpUrl

from messaging.settings import KafkaSettings
from schemas.settings import RegistrySettings

FETCH_WAIT_MS = 20
"""The embedded broker lets every fetch that finds nothing wait so long, also when a record comes in between."""


class EmbeddedKafkaSettings(KafkaSettings):
    """The embedded broker: no TLS, no SASL, so properties of the environment for another broker are left out."""

    @cached_property
    def properties(self) -> dict[str, str]:
        """The bootstrap servers, and patience that suits the embedded broker."""
        return {"bootstrap.servers": self.broker_url, "fetch.wait.max.ms": str(FETCH_WAIT_MS)}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses of a running sandbox."""

    bootstrap_servers: str
    registry_url: str

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables that point any command of this project at the sandbox."""
        return {"KAFKA_BROKER_URL": self.bootstrap_servers, "SCHEMA_REGISTRY_URL": self.registry_url}

    @property
    def kafka(self) -> KafkaSettings:
        """Settings of the broker."""
        return EmbeddedKafkaSettings.model_construct(broker_url=self.bootstrap_servers)

    @property
    def registry(self) -> RegistrySettings:
        """Settings of the registry, without the credentials that the environment may hold for another one."""
        return RegistrySettings.model_construct(url=AnyHttpUrl(self.registry_url))
