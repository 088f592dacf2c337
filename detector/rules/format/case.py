"""Tests that stand in a rule file: generated histories and the findings they must give."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from detector.rules.format.scalars import Duration, Money


class Step(BaseModel):
    """One or more payments; `{i}` in an account counts the payments of the step from 0."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=1, description="Paying account, may hold {i}.")
    target: str = Field(min_length=1, description="Paid account, may hold {i}.")
    amount: Money = Field(description="Amount of each payment.")
    amounts: tuple[Money, ...] = Field(
        default=(), description="Amounts that follow each other, cyclically, in place of it."
    )
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$")
    repeat: StrictInt = Field(default=1, ge=1, le=10_000, description="How many payments.")
    every: Duration = Field(default=60_000, description="Time between two payments of the step.")
    at: Duration | None = Field(
        default=None, description="Time of the first payment; absent: `every` after the step before."
    )


class Expected(BaseModel):
    """One finding that must come."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: StrictInt = Field(ge=1, description="Number of the payment in time order, counted from 1.")
    level: Literal["review", "block"] | None = Field(default=None, description="Level of the finding; absent: any.")
    score: StrictInt | None = Field(default=None, description="Points of the finding; absent: any.")
    evidence: StrictInt | None = Field(default=None, description="How many payments support it; absent: any.")


class Case(BaseModel):
    """A history, the findings in which an episode reaches a band for the first time, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    given: Step | tuple[Step, ...] = Field(description="The history, merged in time order.")
    expect: tuple[Expected, ...] = Field(
        description="Each finding in which an episode reaches a band for the first time, or that has no episode; `[]` "
        "when the rule must stay silent."
    )

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the history."""
        return (self.given,) if isinstance(self.given, Step) else self.given
