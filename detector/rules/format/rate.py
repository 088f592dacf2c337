"""The own rate a count is held against."""

from decimal import Decimal
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from detector.rules.format.scalars import Duration, Number


class Population(BaseModel):
    """The rate of an account of which nothing is known yet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_day: Number = Field(description="Payments per account and day that are expected before any is seen.")
    weight: Number = Field(description="How many account-days of evidence the expectation is worth.")
    adaptive: StrictBool = Field(
        default=True, description="Learn the rate of all accounts of the partition from the log."
    )


class Rate(BaseModel):
    """Makes of a count a surprise: -log10 of the probability of that count or more, by what is known of the key.

    Known are its payments that pass `where` and the days in which they came, both decayed, and `shrink` days at the
    population's rate. The fewer the days, the less a count surprises (negative binomial distribution).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    half_life: Duration = Field(description="Time in which a payment loses half its weight in the rate.")
    shrink: Number = Field(description="How many days at the population's rate are added to the account's own.")
    daily_cap: Number = Field(description="What one day may add at most to the rate, so that a burst is no habit.")
    growth: Number = Field(
        default=Decimal(0),
        description="A day may add this many times the account's usual rate where that is more than daily_cap, so "
        "that a shop with many customers gets used to them; 0: never.",
    )
    population: Population

    @model_validator(mode="after")
    def _positive(self) -> Self:
        if (
            min(Decimal(self.half_life), self.shrink, self.daily_cap, self.population.per_day, self.population.weight)
            <= 0
        ):
            raise ValueError("half_life, shrink, daily_cap, per_day and weight must be above 0")
        if self.growth < 0:
            raise ValueError("growth is 0 or more")
        return self
