"""Filters of payments, as bits per row."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detector.batch import TransactionBatch
from detector.rules.errors import RuleSetError
from detector.rules.format.scalars import unscaled
from detector.rules.format.where import Accounts, Where

MOST_FILTERS = 60


class Filters:
    """The different `where` of a stage; bit 0 lets all payments pass."""

    def __init__(self) -> None:
        self._all: list[Where] = [Where()]

    def bit(self, where: Where) -> int:
        """Bit of a filter; the link, which only the kernel knows, aside.

        Raises:
            RuleSetError: more filters than bits.
        """
        plain = where.model_copy(update={"link": "any"})
        if plain not in self._all:
            if len(self._all) == MOST_FILTERS:
                raise RuleSetError(f"more than {MOST_FILTERS} different `where` in one stage; merge some")
            self._all.append(plain)
        return self._all.index(plain)

    def admitted(self, batch: TransactionBatch) -> NDArray[np.int64]:
        """One word per payment: bit b is set when filter b lets it pass."""
        words = np.ones(len(batch), dtype=np.int64)
        for bit, where in enumerate(self._all[1:], start=1):
            words |= _passes(where, batch).astype(np.int64) << bit
        return words


def _passes(where: Where, batch: TransactionBatch) -> NDArray[np.bool_]:
    passes = np.ones(len(batch), dtype=np.bool_)
    if where.amount is not None and where.amount.from_ is not None:
        passes &= batch.amounts >= unscaled(where.amount.from_)
    if where.amount is not None and where.amount.below is not None:
        passes &= batch.amounts < unscaled(where.amount.below)
    if where.currency is not None:
        passes &= batch.frame["currency"].is_in(where.currency).to_numpy()
    for column, accounts in (("source", where.source), ("target", where.target)):
        if accounts is not None:
            passes &= _listed(batch, column, accounts)
    return passes


def _listed(batch: TransactionBatch, column: str, accounts: Accounts) -> NDArray[np.bool_]:
    names: Sequence[str] = accounts.any_of if accounts.any_of is not None else accounts.not_in or ()
    inside: NDArray[np.bool_] = batch.frame[column].is_in(names).to_numpy()
    return inside if accounts.any_of is not None else ~inside
