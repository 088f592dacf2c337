"""Settings of the contract: where the registry is, what the topics are called."""

from pathlib import Path

from pydantic import AliasChoices, AnyHttpUrl, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class TopicSettings(BaseSettings):
    """Real names of the topics, by the name that the manifest uses."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    transactions: str = Field("queueing.transactions", validation_alias=AliasChoices("TRANSACTIONS_TOPIC"))
    legit: str = Field("streaming.transactions.legit", validation_alias=AliasChoices("LEGIT_TOPIC"))
    fraud: str = Field("streaming.transactions.fraud", validation_alias=AliasChoices("FRAUD_TOPIC"))
    dead_letter: str = Field("streaming.transactions.dead-letter", validation_alias=AliasChoices("DEAD_LETTER_TOPIC"))

    def name_of(self, topic: str) -> str:
        """Real name of the manifest's `topic`, for example `dead-letter`."""
        name: str = getattr(self, topic.replace("-", "_"))
        return name

    def subject_of(self, topic: str) -> str:
        """Subject of the values of the manifest's `topic` (topic name strategy)."""
        return f"{self.name_of(topic)}-value"


class RegistrySettings(BaseSettings):
    """Where the schema registry is and how to be let in; every variable begins with `SCHEMA_REGISTRY_`."""

    model_config = SettingsConfigDict(env_prefix="SCHEMA_REGISTRY_", extra="ignore", frozen=True)

    url: AnyHttpUrl = Field(AnyHttpUrl("http://localhost:8081"), description="Base address of the registry.")
    basic_auth: SecretStr | None = Field(None, description="`user:password`; not together with a bearer token.")
    bearer_token: SecretStr | None = Field(None, description="Bearer token; not together with basic auth.")
    ca: Path | None = Field(
        None, description="PEM file of the certificate authority that the registry's certificate is checked against."
    )
    client_certificate: Path | None = Field(None, description="PEM file of the client certificate.")
    client_key: Path | None = Field(None, description="PEM file of the client certificate's key.")
    timeout: float = Field(10.0, gt=0, le=300, description="Seconds one request may take.")

    @model_validator(mode="after")
    def _one_way_in(self) -> "RegistrySettings":
        if self.basic_auth and self.bearer_token:
            raise ValueError("SCHEMA_REGISTRY_BASIC_AUTH and SCHEMA_REGISTRY_BEARER_TOKEN exclude each other.")
        if bool(self.client_certificate) != bool(self.client_key):
            raise ValueError("SCHEMA_REGISTRY_CLIENT_CERTIFICATE and SCHEMA_REGISTRY_CLIENT_KEY belong together.")
        return self
