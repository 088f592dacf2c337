"""Rings a stage keeps: measures that look at the same payments share one."""

import math
from dataclasses import dataclass

from detector.rules.format.rule_file import RuleFile
from detector.windows.layout import INCOMING, OUT
from detector.windows.rates import SURPRISE_CAP, surprise

DAY = 86_400_000
TAG_CAP = 8
"""Accounts that a tag names at most, the most recent ones."""
AMOUNTS_CAP = 64
"""Payments that sums and tolerances look at: no count bounds them, so this does."""
LARGEST_CAP = 256


@dataclass(slots=True)
class Ring:
    """One ring: which payments enter it, how long and how many it keeps.

    Args:
        role: OUT or INCOMING.
        new: Only payments over new links.
        where: Bit of the filter that payments must pass.
        unique: One entry per account on the other side, the most recent.
        keep: Milliseconds that entries live.
        cap: Entries per account.
    """

    role: int
    new: bool
    where: int
    unique: bool
    keep: int = 0
    cap: int = 2

    @property
    def kind(self) -> tuple[int, bool, int, bool]:
        """What makes two rings the same."""
        return (self.role, self.new, self.where, self.unique)


class Rings:
    """The rings of one stage, as measures ask for them."""

    def __init__(self) -> None:
        self.all: list[Ring] = []

    def ask(self, wanted: Ring) -> int:
        """Index of a ring that serves `wanted`; it keeps as long and as much as the most demanding asks."""
        kinds = [ring.kind for ring in self.all]
        if wanted.kind not in kinds:
            kinds.append(wanted.kind)
            self.all.append(wanted)
        index = kinds.index(wanted.kind)
        ring = self.all[index]
        ring.keep = max(ring.keep, wanted.keep)
        ring.cap = max(ring.cap, _power_of_two(wanted.cap))
        return index


def ring_of(rule: RuleFile, where: int, role: int = OUT) -> Ring:
    """The ring a windowed measure needs, bounded by what its highest band needs."""
    measure = rule.measure
    if measure is None or rule.window is None:
        raise ValueError(f"rule {rule.rule} has no window")
    by_other = measure.kind in ("distinct", "payers", "fresh", "common")
    free = rule.key == "pair" or rule.match is not None or measure.kind in ("sum", "ratio")
    new = rule.where.link == "new" or measure.payers == "new links"
    cap = max(AMOUNTS_CAP, _entries(rule)) if free else _entries(rule)
    # a window ends at the account's latest payment, so grace keeps nothing longer; only what came in from elsewhere
    # may be ahead of the account's own payments, and must not push out what those still need
    keep = rule.window + (rule.grace if role == INCOMING else 0)
    return Ring(role, new, where, by_other and not free, keep, min(cap, LARGEST_CAP))


def _entries(rule: RuleFile) -> int:
    """Entries that decide the highest band."""
    highest = float(rule.lowers[-1])
    if rule.measure is None or rule.measure.unit != "count":
        return AMOUNTS_CAP
    if rule.rate is None or rule.window is None:
        return max(TAG_CAP, math.ceil(highest))
    # of an account that is as busy as a day's cap lets it be
    days = rule.rate.half_life / DAY / math.log(2.0) + float(rule.rate.shrink)
    events, window = float(rule.rate.daily_cap) * days, rule.window / DAY
    count = 1
    while surprise(count, events, days, window) < min(highest, SURPRISE_CAP) and count < LARGEST_CAP:
        count += 1
    return max(TAG_CAP, count)


def _power_of_two(count: int) -> int:
    return 1 << max(1, (count - 1).bit_length())
