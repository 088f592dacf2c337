"""Settings of the sandbox."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SandboxSettings(BaseSettings):
    """How long the sandbox runs and how it is cut; every variable begins with `SANDBOX_`."""

    model_config = SettingsConfigDict(env_prefix="SANDBOX_", extra="ignore", frozen=True, env_ignore_empty=True)

    duration: float = Field(20.0, gt=0, le=86_400, description="Seconds for which payments are sent.")
    history: int = Field(
        30_000,
        ge=0,
        le=10_000_000,
        description="Population `life`: payments sent before the clock starts, from which rules learn who deals with "
        "whom; whole blocks are sent.",
    )
    rings: int = Field(
        24, ge=0, le=10_000, description="Population `life`: rings injected behind the history; patterns take turns."
    )
    partitions: int = Field(8, ge=1, le=64, description="Partitions of every topic.")
    broken_every: float = Field(
        0.5, ge=0, le=3600, description="Seconds between records that are broken on purpose; 0 sends none."
    )
    registry_port: int = Field(0, ge=0, le=65_535, description="Port of the registry; 0 takes a free one.")
    http_port: int = Field(0, ge=0, le=65_535, description="Port of /metrics, /livez, /readyz; 0 takes a free one.")
    in_flight: int = Field(
        10_000,
        ge=100,
        le=100_000,
        description="Most payments sent and not found yet: the embedded broker drops what is unread beyond 5 MB.",
    )
    drain: float = Field(30.0, gt=0, le=600, description="Seconds to wait at the end until everything is found.")
