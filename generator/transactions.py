"""Payments in columns, as they are generated, encoded and produced."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from generator.channels import UNKNOWN
from generator.truth import Truth

AMOUNT_SCALE = 5
"""Fraction digits of an amount in the contract."""

PER_CENT_OF_UNIT = 10 ** (AMOUNT_SCALE - 2)
"""Unscaled amount of one hundredth of a currency unit."""


@dataclass(frozen=True, slots=True)
class Payments:
    """Who pays whom how much: equal lengths, `amounts` unscaled (times 10^5)."""

    sources: list[str]
    targets: list[str]
    amounts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Transactions:
    """Records of `fraud.Transaction` in columns of equal lengths.

    Args:
        ids: Ids of the payments.
        sources: Accounts that pay.
        targets: Accounts that are paid.
        amounts: Unscaled amounts (times 10^5).
        currencies: ISO 4217 codes.
        occurred_at: Event times, milliseconds since 1970-01-01T00:00:00Z.
        truths: What is known of the payments that belong to an injected pattern, by row; never encoded.
        channels: Symbols of `fraud.Channel`; empty where no channel is known.
    """

    ids: list[str]
    sources: list[str]
    targets: list[str]
    amounts: NDArray[np.int64]
    currencies: list[str]
    occurred_at: NDArray[np.int64]
    truths: Mapping[int, Truth] = field(default_factory=dict)
    channels: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)

    def head(self, count: int) -> "Transactions":
        """The first `count` records; all, where there are no more."""
        if count >= len(self):
            return self
        return Transactions(
            ids=self.ids[:count],
            sources=self.sources[:count],
            targets=self.targets[:count],
            amounts=self.amounts[:count],
            currencies=self.currencies[:count],
            occurred_at=self.occurred_at[:count],
            truths={row: truth for row, truth in self.truths.items() if row < count},
            channels=self.channels[:count],
        )

    def frame(self) -> pl.DataFrame:
        """The columns of the newest release: `amount` a Decimal of scale 5, `occurred_at` a Datetime in UTC."""
        return pl.DataFrame(
            {
                "id": pl.Series(self.ids, dtype=pl.String),
                "source": pl.Series(self.sources, dtype=pl.String),
                "target": pl.Series(self.targets, dtype=pl.String),
                "amount": decimals(self.amounts),
                "currency": pl.Series(self.currencies, dtype=pl.String),
                "occurred_at": pl.Series(self.occurred_at, dtype=pl.Int64).cast(pl.Datetime("ms", "UTC")),
                "channel": pl.Series(self.channels or [UNKNOWN] * len(self), dtype=pl.String),
            }
        )


def decimals(amounts: NDArray[np.int64]) -> pl.Series:
    """Unscaled amounts as a Decimal series of scale 5, exact."""
    whole = pl.Series(amounts, dtype=pl.Int64).cast(pl.Decimal(38, 0))
    scaled: pl.Series = whole.cast(pl.Decimal(38, AMOUNT_SCALE)) / 10**AMOUNT_SCALE
    return scaled.cast(pl.Decimal(38, AMOUNT_SCALE))
