"""Measures of rules as rows of a table."""

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from detector.rules.format.rule_file import RuleFile
from detector.rules.format.scalars import unscaled
from detector.rules.plan.rings import Ring, ring_of
from detector.windows.layout import (
    COMMON_FUNDER,
    COMMON_PAYEE,
    COUNT,
    DEVIATION,
    DISTINCT,
    FRESH,
    GAP,
    HOPS,
    INCOMING,
    LINK,
    MULTIPLE,
    OUT,
    PAIR_EPISODES,
    RATIO,
    SUM,
    VALUE,
)

if TYPE_CHECKING:
    from detector.rules.plan.stage_plan import StagePlan

_CODES = {
    "value": VALUE, "count": COUNT, "sum": SUM, "distinct": DISTINCT, "ratio": RATIO, "deviation": DEVIATION,
    "multiple": MULTIPLE, "gap": GAP, "link": LINK, "hops": HOPS, "payers": DISTINCT, "fresh": FRESH,
}  # fmt: skip


def kind_of(rule: RuleFile) -> str:
    """Name of a rule's measure; empty for a rule in Python."""
    return rule.measure.kind if rule.measure else ""


class MeasureRow:
    """One rule's measure in one stage: the rings, rates and tags it uses."""

    def __init__(self, rule: RuleFile, stage: "StagePlan") -> None:
        self.rule = rule
        self._rings = stage.rings
        self.where = stage.filters.bit(rule.where)
        self.ring = self.ring_in = self.cite_ring = self.rate = -1
        self.tag = self._tag(stage)
        self.points = rule.cite.points if rule.cite.points is not None else stage.settings.evidence.points
        if rule.window is not None:
            self._ask_rings(stage)
        if rule.rate is not None:
            self.rate = stage.rate(rule.rate, self.where, rule.where.link == "new")
        self.episode = stage_episode(stage, rule)

    def _ask_rings(self, stage: "StagePlan") -> None:
        kind, rule = kind_of(self.rule), self.rule
        where = 0 if kind == "payers" else self.where
        self.ring = stage.rings.ask(ring_of(rule, where, INCOMING if kind == "payers" else OUT))
        if kind == "ratio":
            # what came in is not filtered: `where` speaks of the payments that leave
            self.ring_in = stage.rings.ask(ring_of(rule, 0, INCOMING))
        cite = rule.cite
        if cite.link is not None and (cite.link == "new") != (rule.where.link == "new"):
            keep = cite.window or rule.window or 0
            cap = stage.rings.all[self.ring].cap
            self.cite_ring = stage.rings.ask(Ring(OUT, cite.link == "new", self.where, True, keep, cap))
        elif kind != "payers":
            self.cite_ring = self.ring

    def _tag(self, stage: "StagePlan") -> int:
        """Place of the reach among those of its tag."""
        measure = self.rule.measure
        if measure is None or measure.within is None:
            return 0
        reaches = {"hops": stage.hops, "fresh": stage.fresh}.get(measure.kind)
        if reaches is None:
            reaches = stage.funders if measure.common == "funder" else stage.payees
        return reaches.index(measure.within)

    @cached_property
    def is_float(self) -> bool:
        """Whether the value is a float: surprises, ratios, multiples, deviations."""
        return self.rate >= 0 or kind_of(self.rule) in ("ratio", "deviation", "multiple")

    @property
    def most(self) -> int:
        """Highest count that the ring can tell; no bound for what is no count of its entries."""
        counted = self.ring >= 0 and self.rule.measure is not None and self.rule.measure.unit == "count"
        return self._rings.all[self.ring].cap if counted else 1 << 62

    def words(self) -> list[int]:
        """The row, in the order of the columns M_*."""
        rule, measure, match = self.rule, self.rule.measure, self.rule.match
        if measure is None:
            raise ValueError(f"rule {rule.rule} has no measure")
        common = COMMON_FUNDER if measure.common == "funder" else COMMON_PAYEE
        tolerance = match.amount.within if match and match.amount else -1
        same_currency = tolerance >= 0 or measure.kind in ("sum", "ratio") or bool(match and match.currency)
        return [
            _CODES.get(measure.kind, common), self.ring, rule.window or measure.within or 0, rule.grace, self.where,
            rule.where.link == "new", same_currency, tolerance, self.rate, self.tag, measure.history,
            unscaled(measure.minimum) if measure.minimum is not None else measure.least or 0, self.ring_in,
            self.is_float, self.episode,
            self.cite_ring, rule.cite.window or rule.window or 0, self.points, len(rule.bands) - 1,
            rule.key == "pair", _hash(rule.rule),
        ]  # fmt: skip


def stage_episode(stage: "StagePlan", rule: RuleFile) -> int:
    """First place of the rule's episodes in a row; -1 for a rule without memory or without suppression."""
    if not episode_places(rule):
        return -1
    before = stage.rules[: [other.rule for other in stage.rules].index(rule.rule)]
    return sum(episode_places(other) for other in before)


def episode_places(rule: RuleFile) -> int:
    """How many open episodes of a rule an account remembers: one, or those of its pairs."""
    if (rule.window is None and kind_of(rule) != "hops") or rule.suppress != "until_window_clears":
        return 0
    return PAIR_EPISODES if rule.key == "pair" else 1


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little", signed=True)
