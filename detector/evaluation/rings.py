"""Rings: found or not, and how soon."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from detector.evaluation.figures import Figures, figures
from detector.evaluation.labelled import Labelled, Marks

MS_PER_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring: payments, how many passed up to the first alert (that one included; None: never), hours until then."""

    ring: str
    scenario: str
    payments: int
    first_alert: int | None
    hours: float | None


@dataclass(frozen=True, slots=True)
class ScenarioFigures:
    """What was found of one pattern.

    Args:
        scenario: Name of the pattern; empty for fraud that belongs to none.
        payments: Fraudulent payments of it.
        trigger: Recall by triggering payment; precision has no meaning for a single pattern.
        evidence: The same by cited payment.
        rings: Its rings with a payment in the part.
    """

    scenario: str
    payments: int
    trigger: Figures
    evidence: Figures
    rings: tuple[Ring, ...]


def rings_in(labelled: Labelled, triggered: Marks, part: Marks) -> list[Ring]:
    """Rings of fraud with a payment in a part, in order of their first payment; only alerts of the part count."""
    members: dict[str, list[int]] = {}
    for row in np.flatnonzero(labelled.fraud).tolist():
        if labelled.rings[row]:
            members.setdefault(labelled.rings[row], []).append(row)
    return [_ring(ring, labelled, rows, triggered & part) for ring, rows in members.items() if part[rows].any()]


def _ring(ring: str, labelled: Labelled, rows: list[int], alerts: Marks) -> Ring:
    first = next((place for place, row in enumerate(rows) if alerts[row]), None)
    hours = None if first is None else float(labelled.times[rows[first]] - labelled.times[rows[0]]) / MS_PER_HOUR
    return Ring(ring, labelled.scenarios[rows[0]], len(rows), None if first is None else first + 1, hours)


def scenarios_in(labelled: Labelled, triggered: Marks, cited: Marks, part: Marks) -> list[ScenarioFigures]:
    """Figures by pattern, by name."""
    rings = rings_in(labelled, triggered, part)
    named = np.array(labelled.scenarios)
    return [
        _of_scenario(scenario, named == scenario, labelled, (triggered, cited, part), rings)
        for scenario in sorted(set(named[labelled.fraud & part].tolist()))
    ]


def _of_scenario(
    scenario: str, rows: Marks, labelled: Labelled, marks: tuple[Marks, Marks, Marks], rings: Sequence[Ring]
) -> ScenarioFigures:
    triggered, cited, part = marks
    part = part & rows & labelled.fraud
    return ScenarioFigures(
        scenario,
        int(np.count_nonzero(part)),
        figures(triggered, labelled.fraud, part),
        figures(cited, labelled.fraud, part),
        tuple(ring for ring in rings if ring.scenario == scenario),
    )


def delay(rings: Sequence[Ring]) -> tuple[float | None, float | None]:
    """Medians over found rings: which of its payments raised the first alert, and hours since its first."""
    found = [ring for ring in rings if ring.first_alert is not None]
    if not found:
        return None, None
    return median(ring.first_alert or 0 for ring in found), median(ring.hours or 0.0 for ring in found)
