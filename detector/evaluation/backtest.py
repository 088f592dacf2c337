"""Two rule sets on the same payments: what the second would catch and lose."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from detector.evaluation.as_dict import counts_as_dict, part_as_dict
from detector.evaluation.evaluation import PartFigures, part_figures
from detector.evaluation.labelled import Labelled, Marks
from detector.evaluation.verdicts import Verdicts


@dataclass(frozen=True, slots=True)
class Difference:
    """Payments that one set names and the other does not: ids of fraud and of honest ones, in order of time."""

    fraud: tuple[str, ...]
    honest: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many payments."""
        return len(self.fraud) + len(self.honest)


@dataclass(frozen=True, slots=True)
class Backtest:
    """Figures of both sets on one part, and the payments that make the difference, by trigger and by evidence.

    Without labels (`labelled` false) all payments stand among the honest ones, and only counts mean something.
    """

    labelled: bool
    rule_sets: tuple[str, str]
    figures: tuple[PartFigures, PartFigures]
    trigger_gained: Difference
    trigger_lost: Difference
    evidence_gained: Difference
    evidence_lost: Difference
    rings_gained: tuple[str, ...]
    rings_lost: tuple[str, ...]

    @property
    def more_alerts(self) -> int:
        """Flagged payments of the second set minus those of the first."""
        return self.figures[1].trigger.found - self.figures[0].trigger.found

    def as_dict(self, most: int = 100) -> dict[str, Any]:
        """JSON-ready; at most `most` ids per list, totals in full; what needs labels is there if they are."""
        names = ("trigger_gained", "trigger_lost", "evidence_gained", "evidence_lost")
        told = part_as_dict if self.labelled else counts_as_dict
        rings = {"rings_gained": list(self.rings_gained), "rings_lost": list(self.rings_lost)}
        return {
            "labelled": self.labelled,
            "rule_sets": list(self.rule_sets),
            "figures": [told(part) for part in self.figures],
            "more_alerts": self.more_alerts,
            **{name: self._difference(getattr(self, name), most) for name in names},
            **(rings if self.labelled else {}),
        }

    def _difference(self, difference: Difference, most: int) -> dict[str, Any]:
        if not self.labelled:
            return {"total": difference.total, "payments": list(difference.honest[:most])}
        return {
            "fraud_total": len(difference.fraud),
            "honest_total": len(difference.honest),
            "fraud": list(difference.fraud[:most]),
            "honest": list(difference.honest[:most]),
        }


def backtest(labelled: Labelled, first: Verdicts, second: Verdicts, part: Marks) -> Backtest:
    """Compares verdicts of two sets on a part, which must not be empty."""
    triggered = first.triggered() & part, second.triggered() & part
    cited = first.cited(part) & part, second.cited(part) & part
    both = part_figures(labelled, first, part), part_figures(labelled, second, part)
    found = [{ring.ring for ring in figures.rings if ring.first_alert is not None} for figures in both]
    return Backtest(
        labelled.known,
        (first.rules.hash, second.rules.hash),
        both,
        _named(labelled, triggered[1] & ~triggered[0]),
        _named(labelled, triggered[0] & ~triggered[1]),
        _named(labelled, cited[1] & ~cited[0]),
        _named(labelled, cited[0] & ~cited[1]),
        tuple(sorted(found[1] - found[0])),
        tuple(sorted(found[0] - found[1])),
    )


def _named(labelled: Labelled, rows: Marks) -> Difference:
    ids = labelled.payments["id"]
    fraud, honest = np.flatnonzero(rows & labelled.fraud), np.flatnonzero(rows & ~labelled.fraud)
    return Difference(tuple(ids.gather(fraud).to_list()), tuple(ids.gather(honest).to_list()))
