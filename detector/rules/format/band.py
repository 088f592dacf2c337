"""Half-open bands of a measured value."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from detector.rules.format.reason import WORDS, Reason
from detector.rules.format.scalars import Bound, Points


class Band(BaseModel):
    """What a value means from the end of the band before (included) up to `upto` (excluded); the first is silent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    upto: Bound | None = Field(
        default=None, description="End of the band, excluded, in the measure's unit; absent in the last band only."
    )
    level: Literal["review", "block"] = Field(default="review", description="Gravity of the finding.")
    score: Points = Field(default=0, description="Points the finding adds to the score of the payment.")
    say: Reason = Field(
        default="", description=f"Reason in words; filled in are {', '.join(f'`{{{word}}}`' for word in WORDS)}."
    )
