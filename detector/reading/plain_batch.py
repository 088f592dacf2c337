"""Payments that were read without a frame."""

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detector.batch import TransactionBatch
from detector.texts import PaymentTexts
from detector.windows.layout import I64


class PlainColumns(NamedTuple):
    """What nearly all rules need of payments.

    Args:
        texts: Ids, accounts and currencies.
        amounts: Unscaled.
        occurred_at: Milliseconds since 1970-01-01T00:00:00Z.
    """

    texts: PaymentTexts
    amounts: I64
    occurred_at: I64


class PlainBatch(TransactionBatch):
    """Payments of which a frame is made only for a rule that asks for one.

    Args:
        columns: Of the payments.
        frame: Makes the frame.
    """

    def __init__(self, columns: PlainColumns, frame: Callable[[], pl.DataFrame]) -> None:
        self._columns, self._frame = columns, frame

    def __len__(self) -> int:
        return int(self._columns.amounts.shape[0])

    @cached_property
    def frame(self) -> pl.DataFrame:  # type: ignore[override]  # read only, as all do
        """One row per payment."""
        return self._frame()

    @property
    def texts(self) -> PaymentTexts:
        """Ids, accounts and currencies."""
        return self._columns.texts

    @property
    def amounts(self) -> NDArray[np.int64]:
        """Amounts, unscaled."""
        return self._columns.amounts

    @property
    def occurred_at(self) -> NDArray[np.int64]:
        """Event times, milliseconds since 1970-01-01T00:00:00Z."""
        return self._columns.occurred_at

    def rows(self, first: int, end: int) -> TransactionBatch:
        """Some rows."""
        texts, amounts, occurred_at = self._columns
        columns = PlainColumns(texts.rows(first, end), amounts[first:end], occurred_at[first:end])
        return PlainBatch(columns, lambda: self.frame.slice(first, end - first))
