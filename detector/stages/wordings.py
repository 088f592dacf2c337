"""The wordings of a rule set."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from detector.rules.rule_set import RuleSet
from detector.stages.kinds import kind_of
from detector.stages.wording import Wording
from detector.windows.layout import I64


class Wordings(NamedTuple):
    """How each band of a rule set is worded, and in which order.

    Args:
        by_kind: Wordings by kind of hit, see `detector.stages.kinds`.
        order: Place in the rule set by id of the rule.
        places: The same by measure: of the payer stage, of the payee stage.
    """

    by_kind: Mapping[int, Wording]
    order: Mapping[str, int]
    places: tuple[I64, I64]

    def place(self, rule: str) -> int:
        """Place of a rule in the rule set; behind all others where it is not in the set."""
        return self.order.get(rule, len(self.order))


@lru_cache(maxsize=16)
def wordings_of(rules: RuleSet) -> Wordings:
    """The wordings of a rule set; a process has a handful of sets and many batches."""
    order = {rule.rule: place for place, rule in enumerate(rules.rules)}
    stages = (rules.payer.rows, rules.payee.rows)
    by_kind = {
        kind_of(stage, measure, band): Wording(row.rule, band, row.is_float, row.most)
        for stage, rows in enumerate(stages)
        for measure, row in enumerate(rows)
        for band in range(1, len(row.rule.bands))
    }
    payer, payee = (np.array([order[row.rule.rule] for row in rows], np.int64) for rows in stages)
    return Wordings(by_kind, order, (payer, payee))
