"""Payments in columns, as the rules see them."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detector.texts import PaymentTexts, texts_of

AMOUNT_SCALE = 5
"""Fraction digits of an amount (`fraud.Transaction`): the unscaled integer is the amount times 10 to this power."""


class TransactionBatch:
    """A batch of payments in log order, one column per field, equal lengths.

    A column is taken out of the frame when a rule first asks for it, and kept: a rule on amounts pays for no string.

    Args:
        frame: One row per payment, columns as `fraud.Transaction`: `amount` a Decimal of scale 5, `occurred_at` a
            Datetime in milliseconds, UTC.

    What the kernels read (`texts`, `amounts`, `occurred_at`) raises ValueError where a row has no value.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    @classmethod
    def of(
        cls,
        *,
        ids: Sequence[str],
        sources: Sequence[str],
        targets: Sequence[str],
        amounts: Sequence[int],
        currencies: Sequence[str],
        occurred_at: Sequence[int],
    ) -> "TransactionBatch":
        """A batch from plain lists: `amounts` unscaled (times 10^5), `occurred_at` in milliseconds since 1970."""
        frame = pl.DataFrame(
            {
                "id": pl.Series(ids, dtype=pl.String),
                "source": pl.Series(sources, dtype=pl.String),
                "target": pl.Series(targets, dtype=pl.String),
                "amount": pl.Series(amounts, dtype=pl.Int64).cast(pl.Decimal(38, AMOUNT_SCALE)) / 10**AMOUNT_SCALE,
                "currency": pl.Series(currencies, dtype=pl.String),
                "occurred_at": pl.Series(occurred_at, dtype=pl.Int64).cast(pl.Datetime("ms", "UTC")),
            }
        )
        return cls(frame)

    def __len__(self) -> int:
        return self.frame.height

    def rows(self, first: int, end: int) -> "TransactionBatch":
        """Some rows."""
        return TransactionBatch(self.frame.slice(first, end - first))

    @cached_property
    def texts(self) -> PaymentTexts:
        """Ids, accounts and currencies as joined bytes."""
        return PaymentTexts(*texts_of(self._complete("id", "source", "target", "currency")))

    @cached_property
    def ids(self) -> list[str]:
        """Ids of the payments."""
        return self.frame["id"].to_list()

    @cached_property
    def sources(self) -> list[str]:
        """Accounts that pay."""
        return self.frame["source"].to_list()

    @cached_property
    def targets(self) -> list[str]:
        """Accounts that are paid."""
        return self.frame["target"].to_list()

    @cached_property
    def amounts(self) -> NDArray[np.int64]:
        """Amounts, unscaled: in hundred-thousandths of the currency's unit (decimal(18,5) always fits)."""
        return self._complete("amount").to_series().to_physical().cast(pl.Int64).to_numpy()

    @cached_property
    def currencies(self) -> list[str]:
        """Currencies of the amounts, ISO 4217."""
        return self.frame["currency"].to_list()

    @cached_property
    def channels(self) -> list[str]:
        """How the payments were made, `UNKNOWN` where the writer did not say."""
        known = "channel" in self.frame.columns
        return self.frame["channel"].to_list() if known else ["UNKNOWN"] * len(self)

    @cached_property
    def occurred_at(self) -> NDArray[np.int64]:
        """Event times, milliseconds since 1970-01-01T00:00:00Z."""
        return self._complete("occurred_at").to_series().to_physical().to_numpy()

    def _complete(self, *columns: str) -> pl.DataFrame:
        """Columns with a value in every row; a null would be an end outside of the texts, or a number of no payment."""
        frame = self.frame.select(columns)
        for column in frame:
            if column.null_count():
                raise ValueError(f"payment {column.is_null().arg_max()} of the batch has no {column.name}")
        return frame
