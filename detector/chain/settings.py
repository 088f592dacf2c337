"""Settings of the stateful detector."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from detector.state.limits import Limits


class StateSettings(BaseSettings):
    """Which rules judge, and what state is kept for them; every variable begins with `DETECTOR_`."""

    model_config = SettingsConfigDict(env_prefix="DETECTOR_", extra="ignore", frozen=True, env_ignore_empty=True)

    rules: str = Field(
        "shipped",
        description="`shipped` stands for the set that finds rings, `threshold` for the tutorial's amount threshold "
        "alone; else a folder of rule files, or one rule file.",
    )
    snapshot_records: int = Field(
        1_000_000,
        ge=1,
        description="Most payments between two snapshots of a partition's state; both stages count.",
    )
    snapshot_minutes: float = Field(
        10.0, gt=0, le=10_080, description="Most minutes between two snapshots of a partition that gets records."
    )
    replay_limit: int = Field(
        20_000_000, ge=0, description="Most records of both logs to replay for one partition at start; more is refused."
    )
    most_accounts: int = Field(1_000_000, ge=16, description="Accounts a partition remembers in each stage.")
    most_links: int = Field(
        16_000_000, ge=1024, description="Known links a partition remembers in each of two generations."
    )
    most_ids: int = Field(
        4_000_000, ge=1024, description="Payment ids of each of two generations, in which a partition sees duplicates."
    )

    @property
    def limits(self) -> Limits:
        """Bounds of a partition's memory."""
        return Limits(accounts=self.most_accounts, links=self.most_links, ids=self.most_ids)
