"""Settings of the plumbing: where Kafka is, how a transaction is cut, how topics are made."""

import os
from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

CLIENT_PREFIX = "KAFKA_CLIENT_"


def client_properties(environment: Mapping[str, str]) -> dict[str, str]:
    """Client properties named in `environment`: `KAFKA_CLIENT_SECURITY_PROTOCOL` gives `security.protocol`."""
    return {
        name.removeprefix(CLIENT_PREFIX).lower().replace("_", "."): value
        for name, value in sorted(environment.items())
        if name.startswith(CLIENT_PREFIX)
    }


class KafkaSettings(BaseSettings):
    """Where Kafka is and how to be let in.

    Every `KAFKA_CLIENT_<PROPERTY>` of the environment goes to all clients as the librdkafka property of that name in
    lower case with dots, so TLS and SASL need no setting of their own.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    broker_url: str = Field(
        "localhost:9092",
        validation_alias=AliasChoices("KAFKA_BROKER_URL"),
        description="Bootstrap servers, host:port, separated by commas.",
    )
    wait: float = Field(
        30.0,
        ge=0,
        le=3600,
        validation_alias=AliasChoices("KAFKA_WAIT"),
        description="Seconds to wait at start for a broker that does not answer.",
    )

    @cached_property
    def properties(self) -> dict[str, str]:
        """Properties of every client: the bootstrap servers, and what the environment passes through."""
        return {"bootstrap.servers": self.broker_url, **client_properties(os.environ)}


class TopicCreationSettings(BaseSettings):
    """How missing topics are made; every variable begins with `TOPIC_`."""

    model_config = SettingsConfigDict(env_prefix="TOPIC_", extra="ignore", frozen=True)

    creation: bool = Field(True, description="Create topics that are missing; otherwise a missing topic is an error.")
    partitions: int = Field(4, ge=1, le=10_000, description="Partitions of a topic that is created.")
    replication: int = Field(1, ge=1, le=32, description="Replicas of a topic that is created.")
    retention_hours: float = Field(
        168.0,
        ge=-1,
        description="Hours a created topic keeps records, counted from the records' own timestamps; -1 keeps for ever.",
    )


class LoopSettings(BaseSettings):
    """How the exactly-once loop cuts its work; every variable begins with `LOOP_`."""

    model_config = SettingsConfigDict(env_prefix="LOOP_", extra="ignore", frozen=True)

    transactional_id: str | None = Field(
        None,
        description="Unique among live processes; by default <group>-<hostname>-<pid>.",
    )
    transaction_timeout: float = Field(10.0, ge=1, le=900, description="Seconds after which the broker aborts.")
    commit_interval: float = Field(0.1, gt=0, le=5, description="Seconds between commits.")
    batch_records: int = Field(20_000, ge=1, le=100_000, description="Most records taken at once.")
    batch_wait: float = Field(0.1, gt=0, le=0.5, description="Seconds to wait for records before looking up.")
    session_timeout: float = Field(
        6.0, ge=1, le=300, description="Seconds after which the group gives a silent member's partitions away."
    )
    group_protocol: Literal["classic", "consumer"] = Field(
        "classic", description="`consumer` is KIP-848 (brokers 4.0 and newer): correct, with more aborts."
    )
    retry_wait: float = Field(
        1.0, gt=0, le=60, description="Seconds before work that waits for the registry is tried again."
    )
