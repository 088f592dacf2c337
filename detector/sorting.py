"""From the bytes of a batch to what becomes of each record; no Kafka in here."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detector.batch import TransactionBatch
from detector.rule_set import RuleSet
from detector.verdict import Verdict, judge
from schemas.fate import Fate
from schemas.serdes.columns.decoded_batch import Failure
from schemas.serdes.columns.decoder import ColumnDecoder


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the bytes of a batch say.

    Args:
        frame: One row per record that decoded, columns as `fraud.Transaction`.
        positions: Position among the input values, by row.
        schema_ids: Id of the schema a row was written with, by row.
        dead: Records that can never be processed.
        waiting: Records that cannot be decided before the registry answers.
    """

    frame: pl.DataFrame
    positions: NDArray[np.int64]
    schema_ids: NDArray[np.int64]
    dead: Sequence[Failure]
    waiting: Sequence[Failure]

    def distinct_ids(self) -> Sequence[int]:
        """Distinct schema ids; nearly always one, found without sorting."""
        if not self.schema_ids.size:
            return ()
        low, high = int(self.schema_ids.min()), int(self.schema_ids.max())
        if low == high:
            return (low,)
        distinct: list[int] = np.unique(self.schema_ids).tolist()
        return distinct


class Sorter:
    """Decodes payments and judges them by rules.

    Args:
        decoder: Of the version of `fraud.Transaction` that this service pins.
        rules: What is suspicious.
    """

    def __init__(self, decoder: ColumnDecoder, rules: RuleSet) -> None:
        self._decoder = decoder
        self.rules = rules

    def decode(self, values: Sequence[bytes | None]) -> Decoded:
        """Decodes; every value ends as a row, dead, or waiting."""
        decoded = self._decoder.decode(values)
        dead = [failure for failure in decoded.failures if failure.error.fate is not Fate.RETRY]
        waiting = [failure for failure in decoded.failures if failure.error.fate is Fate.RETRY]
        return Decoded(decoded.frame, decoded.positions, decoded.schema_ids, dead, waiting)

    def judge(self, decoded: Decoded) -> dict[int, Verdict]:
        """Verdicts by row, on the rows that are fraud."""
        return dict(judge(self.rules.evaluate(TransactionBatch(decoded.frame))))
