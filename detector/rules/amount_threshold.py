"""The tutorial's rule: large amounts."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from detector.batch import AMOUNT_SCALE, TransactionBatch
from detector.finding import Finding
from detector.level import Level

UNIT = 10**AMOUNT_SCALE

SCORE = 100
"""Points of a hit: alone enough to block."""


class AmountThreshold:
    """Finds payments of an amount at or above a threshold.

    A currency without a threshold of its own is judged by the default threshold, in its own unit: a payment never
    escapes the rule because nobody thought of its currency.

    Args:
        default: Threshold of every currency that `by_currency` does not name, in units of the payment's currency.
        by_currency: Thresholds by ISO 4217 code.

    Raises:
        ValueError: a threshold is not positive, or finer than an amount can be.
    """

    id = "amount-threshold"
    version = 1

    def __init__(self, default: Decimal, by_currency: Mapping[str, Decimal] | None = None) -> None:
        self._texts = {code: _plain(threshold) for code, threshold in sorted((by_currency or {}).items())}
        self._default_text = _plain(default)
        self._default = _unscaled(default)
        self._by_currency = {code: _unscaled(Decimal(text)) for code, text in self._texts.items()}
        self._lowest = min(self._default, *self._by_currency.values(), self._default)

    @property
    def definition(self) -> str:
        """Id, version and thresholds as canonical JSON."""
        return json.dumps(
            {"id": self.id, "version": self.version, "default": self._default_text, "by_currency": self._texts},
            separators=(",", ":"),
            sort_keys=True,
        )

    def evaluate(self, batch: TransactionBatch) -> Sequence[Finding]:
        """One finding for each payment at or above its currency's threshold."""
        # Most payments lie below every threshold; one vector comparison spares their currencies.
        rows = np.flatnonzero(batch.amounts >= self._lowest)
        if not rows.size:
            return ()
        amounts = batch.amounts[rows].tolist()
        currencies = map(bytes.decode, batch.texts.currencies.at(rows))
        threshold = self._by_currency.get
        return [
            self._finding(row, amount, currency)
            for row, amount, currency in zip(rows.tolist(), amounts, currencies, strict=True)
            if amount >= threshold(currency, self._default)
        ]

    def _finding(self, row: int, amount: int, currency: str) -> Finding:
        threshold = self._texts.get(currency, self._default_text)
        text = amount_text(amount)
        reason = f"The amount of {text} {currency} is at or above {threshold} {currency}."
        return Finding(row, self.id, self.version, Level.BLOCK, SCORE, reason, {"amount": text}, threshold)


def amount_text(unscaled: int) -> str:
    """An amount as decimal text with five fraction digits, for example `900.00000`."""
    if unscaled < 0:
        return f"-{amount_text(-unscaled)}"
    return f"{unscaled // UNIT}.{unscaled % UNIT:05d}"


def _plain(threshold: Decimal) -> str:
    return f"{threshold.normalize():f}"


def _unscaled(threshold: Decimal) -> int:
    scaled = threshold.scaleb(AMOUNT_SCALE)
    if threshold <= 0 or scaled != scaled.to_integral_value():
        raise ValueError(f"A threshold must be positive with at most {AMOUNT_SCALE} fraction digits, not {threshold}.")
    return int(scaled)
