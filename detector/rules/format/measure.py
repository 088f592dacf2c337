"""What a rule measures."""

from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from detector.rules.format.scalars import Duration, Money

KINDS = (
    "value", "count", "sum", "distinct", "ratio", "deviation", "multiple",
    "gap", "link", "hops", "payers", "fresh", "common",
)  # fmt: skip
"""Names of the measures; a rule file holds exactly one of them."""

USUAL_HISTORY = 5


class Measure(BaseModel):
    """One measured value of the current payment or of the key's window; exactly one kind is given.

    A measure of a window counts the payments that pass `where`, the current one included, and is taken only when the
    current payment passes `where` itself.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Literal["amount"] | None = Field(default=None, description="The amount of the current payment.")
    count: Literal["payments"] | None = Field(default=None, description="How many payments the window holds.")
    sum: Literal["amount"] | None = Field(default=None, description="The sum of amounts in the current currency.")
    distinct: Literal["source", "target"] | None = Field(
        default=None,
        description="How many different accounts stand on the other side: `target` for key source and reverse.",
    )
    ratio: Literal["out/in"] | None = Field(
        default=None, description="What left the key in the window, divided by what came in; needs `minimum`."
    )
    deviation: Literal["amount"] | None = Field(
        default=None, description="Standard deviations between the amount and the mean of the key's earlier payments."
    )
    multiple: Literal["amount"] | None = Field(
        default=None, description="The amount divided by the mean of the key's earlier payments."
    )
    gap: Literal["activity"] | None = Field(
        default=None,
        description="Time since the key last paid or was paid; for key `target` since it was last paid, whatever it "
        "paid itself.",
    )
    link: Literal["new"] | None = Field(
        default=None,
        description="1 for a payment between two accounts that never dealt with each other, in either direction.",
    )
    hops: Literal["new links"] | None = Field(
        default=None,
        description="Length of the chain of payments over new links that ends here, each at most `within` apart.",
    )
    payers: Literal["new links", "all"] | None = Field(
        default=None, description="How many different accounts paid the payer in the window."
    )
    fresh: Literal["payers"] | None = Field(
        default=None,
        description="How many payers of the target were paid themselves over a new link at most `within` before.",
    )
    common: Literal["funder", "payee"] | None = Field(
        default=None,
        description="The most payers of the target that share one funder (who paid them over a new link at most "
        "`within` before), or one other payee (paid over a new link at most `within` before).",
    )
    within: Duration | None = Field(default=None, description="Reach of a tag: `hops`, `fresh`, `common`.")
    least: StrictInt | None = Field(
        default=None, ge=2, le=64, description="Counts below are no surprise, however rare; goes with `rate`."
    )
    minimum: Money | None = Field(default=None, description="What must have come in before a `ratio` is taken.")
    history: StrictInt = Field(
        default=USUAL_HISTORY, ge=2, le=1000, description="Earlier payments that `deviation` and `multiple` ask for."
    )

    @model_validator(mode="after")
    def _one_kind(self) -> "Measure":
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"{len(given)} measures given; accepted: exactly one of {', '.join(KINDS)}")
        if (self.within is not None) != (self.kind in ("hops", "fresh", "common")):
            raise ValueError(f"within goes with hops, fresh and common, and only with them; the measure is {self.kind}")
        if (self.minimum is not None) != (self.kind == "ratio"):
            raise ValueError(f"minimum goes with ratio, and only with it; the measure is {self.kind}")
        if self.history != USUAL_HISTORY and self.kind not in ("deviation", "multiple"):
            raise ValueError(
                f"history goes with deviation and multiple, and only with them; the measure is {self.kind}"
            )
        return self

    @cached_property
    def kind(self) -> str:
        """Name of the measure."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @cached_property
    def unit(self) -> str:
        """Unit of the measured value and of the bands: `money`, `duration`, `count` or `number`."""
        if self.kind in ("value", "sum"):
            return "money"
        if self.kind == "gap":
            return "duration"
        return "number" if self.kind in ("ratio", "deviation", "multiple") else "count"
