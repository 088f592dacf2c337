"""One stage of a rule set, compiled."""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from detector.rules.errors import RuleSetError
from detector.rules.format.rate import Rate
from detector.rules.format.rule_file import RuleFile
from detector.rules.format.rule_set_file import RuleSetFile
from detector.rules.plan.filters import Filters
from detector.rules.plan.measures import MeasureRow, kind_of
from detector.rules.plan.rings import TAG_CAP, Ring, Rings
from detector.rules.plan.sizes import sizes_of
from detector.windows.layout import (
    AT_BANDS,
    AT_FLOAT_BANDS,
    F64,
    HEAD_WORDS,
    I64,
    INCOMING,
    MASK_BITS,
    MOST_BANDS,
    MOST_HOPS,
    N_FRESH,
    N_FUNDERS,
    N_HOPS,
    N_MEASURES,
    N_PAYEES,
    N_RATES,
    N_RINGS,
    OUT,
    POPULATION_WORDS,
    POPULATIONS,
)

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
        self.every = tuple(rule for rule in rules if rule.measure is not None)
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
        measures = [rule.measure for rule in self.every if rule.measure is not None]
        wanted = [m.within or 0 for m in measures if m.kind == kind and of in (None, m.common)]
        reaches = sorted(set(wanted))
        if len(reaches) > min(MASK_BITS, MOST_HOPS):
            raise RuleSetError(
                f"{len(reaches)} different `within` for {of or kind}; at most {min(MASK_BITS, MOST_HOPS)} fit"
            )
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

    def _table_of_bands(self) -> tuple[int, I64, F64, I64]:
        """Most bands of a rule; lower bounds as whole numbers and as floats; points: one row per measure."""
        most = max((len(row.rule.lowers) for row in self.rows), default=1)
        bands = np.zeros((len(self.rows), most), np.int64)
        points, float_bands = np.zeros_like(bands), np.zeros(bands.shape)
        for index, row in enumerate(self.rows):
            lowers = row.rule.lowers
            bands[index, : len(lowers)] = [_ceiling(lower) for lower in lowers]
            float_bands[index, : len(lowers)] = [float(lower) for lower in lowers]
            points[index, : len(lowers)] = [band.score for band in row.rule.bands[1:]]
        return most, bands, float_bands, points

    def _tables(self) -> I64:
        most, bands, float_bands, points = self._table_of_bands()
        rings = [[r.role, r.new, r.where, r.keep, r.cap, r.unique] for r in self.rings.all]
        hops = self.hops if self.stage == "payer" else []  # chains end in the rows of the payer stage
        tables: list[tuple[int, int, ArrayLike]] = [
            (N_RINGS, len(rings), rings),
            (N_MEASURES, len(self.rows), [row.words() for row in self.rows]),
            (N_RATES, len(self.rates), [_rate_row(*rate) for rate in self.rates]),
            (N_HOPS, len(hops), hops),
            (N_FRESH, len(self.fresh), self.fresh),
            (N_FUNDERS, len(self.funders), self.funders),
            (N_PAYEES, len(self.payees), self.payees),
            (MOST_BANDS, most, bands),
            (AT_BANDS, 0, float_bands.view(np.int64)),
            (AT_FLOAT_BANDS, 0, points),
        ]
        return _joined(sizes_of(self), tables)


def _joined(head: I64, tables: list[tuple[int, int, ArrayLike]]) -> I64:
    """One array: the head, whose words name count and place of each table, then the tables."""
    parts, end = [head], head.shape[0]
    for word, count, table in tables:
        if word not in (AT_BANDS, AT_FLOAT_BANDS):
            head[word] = count
        head[word + 1] = end
        part = np.array(table, dtype=np.int64).reshape(-1)
        parts.append(part)
        end += part.shape[0]
    return np.concatenate(parts)


def _ceiling(number: Decimal) -> int:
    """Whole numbers reach a bound where they reach the next whole number."""
    return int(number.to_integral_value(rounding="ROUND_CEILING"))


def _rate_row(rate: Rate, where: int, new: bool) -> list[int]:
    population = rate.population
    mu = math.log(2.0) / (rate.half_life / 86_400_000)
    numbers = [
        mu, float(rate.shrink), float(rate.daily_cap),
        float(population.per_day), float(population.weight), float(population.adaptive),
        float(rate.growth),
    ]  # fmt: skip
    return [*np.array(numbers).view(np.int64).tolist(), where, int(new)]
