"""Which payments a rule looks at."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from detector.rules.format.scalars import Money, Percent

Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class AmountRange(BaseModel):
    """Amounts from `from` on and below `below`."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    from_: Money | None = Field(default=None, alias="from", description="Smallest amount that passes.")
    below: Money | None = Field(default=None, description="First amount that no longer passes.")

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.from_ is not None and self.below is not None and self.from_ >= self.below:
            raise ValueError(
                f"no amount is from {self.from_} on and below {self.below}; accepted: from less than below"
            )
        return self


class Accounts(BaseModel):
    """A list of accounts that pass, or of accounts that do not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    any_of: tuple[str, ...] | None = Field(default=None, min_length=1, description="Only these pass.")
    not_in: tuple[str, ...] | None = Field(default=None, description="All but these pass: merchants, payroll, rent.")

    @model_validator(mode="after")
    def _one_list(self) -> Self:
        if (self.any_of is None) == (self.not_in is None):
            raise ValueError("give exactly one list; accepted: any_of, not_in")
        return self


class Where(BaseModel):
    """Conditions a payment must meet to count, and to fire the rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: AmountRange | None = Field(default=None, description="Range of the amount, half-open.")
    currency: tuple[Currency, ...] | None = Field(
        default=None, min_length=1, description="Currencies that pass; absent: all."
    )
    source: Accounts | None = Field(default=None, description="Paying accounts that pass.")
    target: Accounts | None = Field(default=None, description="Paid accounts that pass.")
    link: Literal["any", "new"] = Field(
        default="any", description="`new`: only payments between accounts new to each other."
    )


class AmountMatch(BaseModel):
    """Amounts near the current one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    within: Percent = Field(description="Tolerance in percent of the current amount, both ways, edges included.")


class Match(BaseModel):
    """How earlier payments of the window must resemble the current one to be counted with it."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"minProperties": 1})

    amount: AmountMatch | None = Field(default=None, description="Nearness of the amount; implies the same currency.")
    currency: Literal["same"] | None = Field(default=None, description="Count only payments in the current currency.")

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.amount is None and self.currency is None:
            raise ValueError("nothing must resemble; accepted: amount, currency")
        return self
