"""Settings of the generator: how many payments, by whom, from which seed."""

from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PopulationName = Literal["repeating", "random", "life"]


class GeneratorSettings(BaseSettings):
    """What is generated; every variable begins with `GENERATOR_`, except `TRANSACTIONS_PER_SECOND`."""

    model_config = SettingsConfigDict(
        env_prefix="GENERATOR_", extra="ignore", frozen=True, populate_by_name=True, env_ignore_empty=True
    )

    transactions_per_second: float = Field(
        1000.0,
        allow_inf_nan=False,
        validation_alias=AliasChoices("TRANSACTIONS_PER_SECOND"),
        description="Payments per second, kept exactly over time; 0 or less: as fast as possible.",
    )
    population: PopulationName = Field(
        "repeating",
        description="Who pays: `repeating` accounts of unequal activity, `random` accounts (the tutorial's records), "
        "or `life` (payday, standing orders, merchants, with injected fraud patterns).",
    )
    accounts: int = Field(10_000, ge=2, le=10_000_000, description="Accounts of the population.")
    currency: str = Field("EUR", pattern="^[A-Z]{3}$", description="Currency of all payments, ISO 4217.")
    fraud_share: float = Field(
        0.01, ge=0, le=0.5, description="Population `life`: share of the payments that belong to injected patterns."
    )
    ring_stretch: float = Field(
        1.0, gt=0, le=1000, description="Population `life`: multiplies the time a ring takes; 1 is hours to two days."
    )
    transaction_version: int | None = Field(
        None, ge=1, description="Released version of `fraud.Transaction` to write; the manifest's without it."
    )
    seed: int | None = Field(None, ge=0, description="Seed; the same seed and start give the same records.")


class HealthSettings(BaseSettings):
    """Where a run of the generator is looked at; every variable begins with `GENERATOR_HTTP_`."""

    model_config = SettingsConfigDict(env_prefix="GENERATOR_HTTP_", extra="ignore", frozen=True, env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address of /metrics, /livez and /readyz.")
    port: int = Field(-1, ge=-1, le=65535, description="Port of the same; 0 takes a free one, -1 none.")
