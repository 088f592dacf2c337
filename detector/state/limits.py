"""Bounds of the state of one partition."""

from pydantic import BaseModel, ConfigDict, Field


class Limits(BaseModel):
    """What one partition remembers at most; beyond it the least recent goes first, and is counted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    accounts: int = Field(default=1_000_000, ge=16, description="Accounts per stage.")
    links: int = Field(
        default=16_000_000, ge=1_024, description="Known links of a generation; two generations are kept."
    )
    ids: int = Field(
        default=4_000_000, ge=1_024, description="Payment ids of a generation in which duplicates are noticed."
    )
