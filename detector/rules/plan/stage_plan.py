"""One stage of a rule set, compiled."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import numpy as np

from detector.rules.errors import RuleSetError
from detector.rules.format.rate import Rate
from detector.rules.format.rule_file import RuleFile
from detector.rules.format.rule_set_file import RuleSetFile
from detector.rules.plan.filters import Filters
from detector.rules.plan.measures import MeasureRow, kind_of
from detector.rules.plan.rings import TAG_CAP, Ring, Rings
from detector.rules.plan.sizes import sizes_of
from detector.windows.layout import INCOMING, MASK_BITS, OUT, POPULATION_WORDS, POPULATIONS, HEAD_WORDS, Plan

MOST_HOPS = 4
_MOST_RATES = (HEAD_WORDS - POPULATIONS) // POPULATION_WORDS


class StagePlan:
    """The tables a stage's kernels read, made of the rules of a set.

    The payer stage also prepares the tags that rules on the payee ask for, so it is made of all rules.

    Args:
        stage: Whose tables.
        rules: All rules of the set.
        settings: Thresholds and evidence of the set.
        fingerprint: 23 bits that tell tags of one rule set from those of another.

    Raises:
        RuleSetError: more different rates, tags or filters than there is room for.
    """

    def __init__(
        self, stage: Literal["payer", "payee"], rules: Sequence[RuleFile], settings: RuleSetFile, fingerprint: int
    ) -> None:
        self.stage = stage
        self.fingerprint = fingerprint
        self.settings = settings
        self.filters = Filters()
        self.rings = Rings()
        self.rules = tuple(rule for rule in rules if rule.stage == stage and rule.measure is not None)
        self._every = tuple(rule for rule in rules if rule.measure is not None)
        self.rates: list[tuple[Rate, int, bool]] = []
        self.hops = self._reaches("hops")
        self.fresh = self._reaches("fresh")
        self.funders = self._reaches("common", "funder")
        self.payees = self._reaches("common", "payee")
        self.fresh_ring, self.payee_ring = self._tag_rings() if stage == "payer" else (-1, -1)
        self.rows = [MeasureRow(rule, self) for rule in self.rules]
        self.plan = self._tables()

    def _reaches(self, kind: str, of: str | None = None) -> list[int]:
        """Different reaches of one tag over all rules."""
        measures = [rule.measure for rule in self._every if rule.measure is not None]
        wanted = [m.within or 0 for m in measures if m.kind == kind and of in (None, m.common)]
        reaches = sorted(set(wanted))
        if len(reaches) > MASK_BITS:
            raise RuleSetError(f"{len(reaches)} different `within` for {of or kind}; at most {MASK_BITS} fit")
        return reaches

    def _tag_rings(self) -> tuple[int, int]:
        fresh_ring = payee_ring = -1
        if self.fresh or self.funders:
            keep = max((*self.fresh, *self.funders))
            fresh_ring = self.rings.ask(Ring(INCOMING, True, 0, True, keep, TAG_CAP))
        if self.payees:
            payee_ring = self.rings.ask(Ring(OUT, True, 0, True, max(self.payees), TAG_CAP))
        return fresh_ring, payee_ring

    def rate(self, rate: Rate, where: int, new: bool) -> int:
        """Index of an own rate; rules with the same one share it."""
        if (rate, where, new) not in self.rates:
            if len(self.rates) == _MOST_RATES:
                raise RuleSetError(f"more than {_MOST_RATES} different rates in one stage; share some")
            self.rates.append((rate, where, new))
        return self.rates.index((rate, where, new))

    @property
    def needs_profile(self) -> bool:
        """Whether a rule compares an amount with the account's own."""
        return any(kind_of(rule) in ("deviation", "multiple") for rule in self.rules)

    def _tables(self) -> Plan:
        most = max((len(row.rule.lowers) for row in self.rows), default=1)
        count = len(self.rows)
        hops = self.hops if self.stage == "payer" else []  # chains end in the payer stage's rows
        bands, points = np.zeros((count, most), np.int64), np.zeros((count, most), np.int64)
        float_bands = np.zeros((count, most))
        for index, row in enumerate(self.rows):
            lowers = row.rule.lowers
            bands[index, : len(lowers)] = [_ceiling(lower) for lower in lowers]
            float_bands[index, : len(lowers)] = [float(lower) for lower in lowers]
            points[index, : len(lowers)] = [band.score for band in row.rule.bands[1:]]
        return Plan(
            sizes_of(self),
            _table([[r.role, r.new, r.where, r.keep, r.cap, r.unique] for r in self.rings.all], 6),
            _table([row.words() for row in self.rows], len(self.rows[0].words()) if self.rows else 21),
            bands,
            float_bands,
            points,
            np.array([_rate_row(rate) for rate, _, _ in self.rates], dtype=np.float64).reshape(-1, 6),
            _table([[where, new] for _, where, new in self.rates], 2),
            *(np.array(reaches, dtype=np.int64) for reaches in (hops, self.fresh, self.funders, self.payees)),
        )


def _table(rows: list[list[int]], columns: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return np.array(rows, dtype=np.int64).reshape(-1, columns)


def _ceiling(number: Decimal) -> int:
    """Whole numbers reach a bound where they reach the next whole number."""
    return int(number.to_integral_value(rounding="ROUND_CEILING"))


def _rate_row(rate: Rate) -> list[float]:
    population = rate.population
    mu = 0.6931471805599453 / (rate.half_life / 86_400_000)
    return [
        mu, float(rate.shrink), float(rate.daily_cap),
        float(population.per_day), float(population.weight), float(population.adaptive),
    ]  # fmt: skip
