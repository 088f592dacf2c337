"""The file `ruleset.yaml` of a folder of rules."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from detector.rules.format.bounds import LARGEST_INT, MOST_OWN_POINTS
from detector.rules.format.scalars import Points


class Evidence(BaseModel):
    """Which payments alerts name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    points: StrictInt = Field(
        default=0,
        ge=0,
        le=MOST_OWN_POINTS,
        description="Points of its own that a payment of a burst needs to be named.",
    )
    cap: StrictInt = Field(
        default=32, ge=1, le=256, description="Payments one finding names at most; the total is always given."
    )


class RuleSetFile(BaseModel):
    """Thresholds of the weighted score, and what of the folder counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    review: StrictInt = Field(
        default=12,
        ge=1,
        le=LARGEST_INT,
        description="Points from which on a payment is fraud: a person should look at it.",
    )
    block: StrictInt = Field(
        default=17, ge=1, le=LARGEST_INT, description="Points from which on the payment should not go through."
    )
    evidence: Evidence = Evidence()
    off: tuple[str, ...] = Field(default=(), description="Ids of rules in the folder that are switched off.")
    points: dict[str, tuple[Points, ...]] = Field(
        default_factory=dict,
        description="Points by rule id, one number per band but the first, in place of the file's.",
    )

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.block < self.review:
            raise ValueError(f"block {self.block} is below review {self.review}; accepted: review or more")
        return self
