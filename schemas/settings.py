"""Settings of the contract: where the registry is, what the topics are called."""

from pathlib import Path

from pydantic import AliasChoices, AnyHttpUrl, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.errors import ContractError


class TopicSettings(BaseSettings):
    """Real names of the topics, by the name that the manifest uses."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, populate_by_name=True, env_ignore_empty=True)

    transactions: str = Field("queueing.transactions", validation_alias=AliasChoices("TRANSACTIONS_TOPIC"))
    legit: str = Field("streaming.transactions.legit", validation_alias=AliasChoices("LEGIT_TOPIC"))
    fraud: str = Field("streaming.transactions.fraud", validation_alias=AliasChoices("FRAUD_TOPIC"))
    dead_letter: str = Field("streaming.transactions.dead-letter", validation_alias=AliasChoices("DEAD_LETTER_TOPIC"))
    screened: str = Field("streaming.transactions.screened", validation_alias=AliasChoices("SCREENED_TOPIC"))
    snapshots: str = Field("streaming.detector.snapshots", validation_alias=AliasChoices("SNAPSHOTS_TOPIC"))
    alerts_dead_letter: str = Field(
        "streaming.alerts.dead-letter", validation_alias=AliasChoices("ALERTS_DEAD_LETTER_TOPIC")
    )

    def name_of(self, topic: str) -> str:
        """Real name of the manifest's `topic`, for example `dead-letter`.

        Raises:
            ContractError: there is no such setting.
        """
        field = topic.replace("-", "_")
        if field not in type(self).model_fields:
            raise ContractError(f"No topic setting {topic!r}; there are {', '.join(type(self).model_fields)}.")
        name: str = getattr(self, field)
        return name

    def subject_of(self, topic: str) -> str:
        """Subject of the values of the manifest's `topic` (topic name strategy)."""
        return f"{self.name_of(topic)}-value"


class RegistrySettings(BaseSettings):
    """Where the schema registry is and how to be let in; every variable begins with `SCHEMA_REGISTRY_`."""

    model_config = SettingsConfigDict(
        env_prefix="SCHEMA_REGISTRY_", extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    url: AnyHttpUrl = Field(AnyHttpUrl("http://localhost:8081"), description="Base address of the registry.")
    basic_auth: SecretStr | None = Field(None, description="`user:password`; not together with a bearer token.")
    bearer_token: SecretStr | None = Field(None, description="Bearer token; not together with basic auth.")
    logical_cluster: str = Field("", description="Logical cluster (`lsrc-…`) that some hosted registries want to know.")
    ca: Path | None = Field(
        None, description="PEM file of the certificate authority that the registry's certificate is checked against."
    )
    client_certificate: Path | None = Field(None, description="PEM file of the client certificate.")
    client_key: Path | None = Field(None, description="PEM file of the client certificate's key.")
    timeout: float = Field(10.0, gt=0, le=300, description="Seconds one request may take.")

    @property
    def base_url(self) -> str:
        """The address without a slash at its end."""
        return str(self.url).rstrip("/")

    @field_validator("url")
    @classmethod
    def _address_only(cls, url: AnyHttpUrl) -> AnyHttpUrl:
        if url.username or url.password:
            raise ValueError("holds a user or password; give them as SCHEMA_REGISTRY_BASIC_AUTH=user:password")
        if url.query or url.fragment:
            raise ValueError("holds a query or fragment; give scheme, host, port and path only")
        return url

    @field_validator("basic_auth")
    @classmethod
    def _user_and_password(cls, basic_auth: SecretStr | None) -> SecretStr | None:
        if basic_auth is not None and ":" not in basic_auth.get_secret_value():
            raise ValueError("has no colon; give user:password")
        return basic_auth

    @field_validator("bearer_token")
    @classmethod
    def _fits_a_header(cls, token: SecretStr | None) -> SecretStr | None:
        # HTTP libraries name the value in their complaint; a secret read from a file often ends in a line end.
        if token is None:
            return None
        text = token.get_secret_value().strip()
        if not text.isascii() or not text.isprintable() or " " in text:
            raise ValueError("holds white space, a control character or one outside ASCII; give the token alone")
        return SecretStr(text)

    @field_validator("ca", "client_certificate", "client_key")
    @classmethod
    def _file_exists(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError(f"{path} is no file; give the path of a PEM file")
        return path

    @model_validator(mode="after")
    def _one_way_in(self) -> "RegistrySettings":
        if self.basic_auth and self.bearer_token:
            raise ValueError("SCHEMA_REGISTRY_BASIC_AUTH and SCHEMA_REGISTRY_BEARER_TOKEN exclude each other")
        if bool(self.client_certificate) != bool(self.client_key):
            raise ValueError(
                "SCHEMA_REGISTRY_CLIENT_CERTIFICATE and SCHEMA_REGISTRY_CLIENT_KEY belong together; set both"
            )
        return self
