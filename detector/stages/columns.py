"""A batch as the kernels read it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.batch import TransactionBatch
from detector.texts import PaymentTexts, Texts
from detector.windows.layout import (
    BATCH_COLUMNS,
    C_ADMITTED,
    C_AMOUNTS,
    C_CURRENCIES,
    C_IDS,
    C_LOCAL,
    C_PAIRS,
    C_SOURCES,
    C_TARGETS,
    C_TIMES,
    I64,
)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A batch with its texts hashed; both stages read it."""

    batch: TransactionBatch
    texts: PaymentTexts
    columns: I64

    @property
    def ids(self) -> Texts:
        """Ids of the payments."""
        return self.texts.ids

    @property
    def targets(self) -> Texts:
        """Accounts that are paid."""
        return self.texts.targets

    def admitted(self, words: I64) -> I64:
        """The columns for one stage, whose filters let payments pass as `words` say."""
        columns = self.columns.copy()
        columns[:, C_ADMITTED] = words
        return columns

    def local(self, local: NDArray[np.bool_]) -> "Keyed":
        """The same payments, with whether each payee lives in this partition; without it all do."""
        columns = self.columns.copy()
        columns[:, C_LOCAL] = local
        return Keyed(self.batch, self.texts, columns)


_ROTATED = np.uint64(29)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def keyed(batch: TransactionBatch) -> Keyed:
    """Hashes a batch."""
    ids, sources, targets, currencies = batch.texts
    payers, payees = sources.hashes, targets.hashes
    columns = np.empty((len(batch), BATCH_COLUMNS), dtype=np.int64)
    columns[:, C_TIMES], columns[:, C_AMOUNTS] = batch.occurred_at, batch.amounts
    columns[:, C_CURRENCIES] = (currencies.hashes & np.uint64(0xFFFFFFFF)).view(np.int64)  # three letters
    columns[:, C_SOURCES], columns[:, C_TARGETS] = payers.view(np.int64), payees.view(np.int64)
    columns[:, C_PAIRS], columns[:, C_IDS] = _pairs(payers, payees), ids.hashes.view(np.int64)
    columns[:, C_ADMITTED], columns[:, C_LOCAL] = 1, 1
    return Keyed(batch, batch.texts, columns)


def _pairs(sources: NDArray[np.uint64], targets: NDArray[np.uint64]) -> I64:
    """Keys of unordered pairs of accounts, never 0."""
    mixed = (sources + targets) * _MULTIPLIER ^ (sources ^ targets)
    mixed ^= mixed >> _ROTATED
    mixed *= _MULTIPLIER
    mixed ^= mixed >> _ROTATED
    return np.where(mixed == 0, np.uint64(1), mixed).view(np.int64)
