"""Figures of a rule set on labelled payments."""

from dataclasses import dataclass

import numpy as np

from detector.evaluation.episodes import episodes
from detector.evaluation.figures import Figures, figures
from detector.evaluation.labelled import Labelled, Marks
from detector.evaluation.rings import Ring, ScenarioFigures, rings_in, scenarios_in
from detector.evaluation.split import Split
from detector.evaluation.verdicts import Verdicts

BASELINE = 900
"""The tutorial's rule: an amount from here on, in whatever currency, is fraud."""


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """One rule: all its hits, its hits on flagged payments, and what its findings there cite."""

    rule: str
    hits: Figures
    flagged: Figures
    evidence: Figures


@dataclass(frozen=True, slots=True)
class PartFigures:
    """One part of the time span.

    Args:
        start_ms: Time of its first payment.
        end_ms: Time of its last payment.
        payments: How many payments it has.
        trigger: Flagged payments.
        evidence: Payments that alerts cite, the flagged ones included.
        episodes: Alerts put together that share an episode.
        false_episodes: Those of which no flagged payment is fraud.
        rules: Figures by rule, in the order of the set.
        scenarios: Figures by pattern.
        rings: Rings with a payment in the part.
        baseline: The tutorial's rule on the same payments.
    """

    start_ms: int
    end_ms: int
    payments: int
    trigger: Figures
    evidence: Figures
    episodes: int
    false_episodes: int
    rules: tuple[RuleFigures, ...]
    scenarios: tuple[ScenarioFigures, ...]
    rings: tuple[Ring, ...]
    baseline: Figures

    @property
    def prevalence(self) -> float:
        """Share of fraud among the payments; precision means nothing without it."""
        return self.trigger.wanted / self.payments if self.payments else 0.0

    def per_10_000(self, count: int) -> float:
        """A count by ten thousand payments."""
        return count * 10_000 / self.payments if self.payments else 0.0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of both parts, and where they are cut."""

    rule_set: str
    split: Split
    payments: int
    fraud: int
    parts: dict[str, PartFigures]


def evaluate(labelled: Labelled, verdicts: Verdicts, split: Split | None = None) -> Evaluation:
    """Figures of verdicts, split by time.

    Raises:
        LabelsError: there are no payments.
    """
    split = split or Split()
    parts = {
        name: part_figures(labelled, verdicts, marks)
        for name, marks in split.parts(labelled.times).items()
        if marks.any()
    }
    fraud = int(np.count_nonzero(labelled.fraud))
    return Evaluation(verdicts.rules.hash, split, len(labelled), fraud, parts)


def part_figures(labelled: Labelled, verdicts: Verdicts, part: Marks) -> PartFigures:
    """Figures of the payments of a part, which must not be empty; only alerts of the part count."""
    triggered, cited = verdicts.triggered(), verdicts.cited(part)
    told = episodes(alert for alert in verdicts.alerts if part[alert.row])
    times = labelled.times[part]
    return PartFigures(
        start_ms=int(times[0]),
        end_ms=int(times[-1]),
        payments=int(np.count_nonzero(part)),
        trigger=figures(triggered, labelled.fraud, part),
        evidence=figures(cited, labelled.fraud, part),
        episodes=len(told),
        false_episodes=sum(not labelled.fraud[[alert.row for alert in group]].any() for group in told),
        rules=tuple(_rule(rule.rule, labelled, verdicts, triggered, part) for rule in verdicts.rules.rules),
        scenarios=tuple(scenarios_in(labelled, triggered, cited, part)),
        rings=tuple(rings_in(labelled, triggered, part)),
        baseline=figures(baseline(labelled), labelled.fraud, part),
    )


def baseline(labelled: Labelled) -> Marks:
    """What the tutorial's rule flags."""
    marks: Marks = (labelled.payments["amount"] >= BASELINE).to_numpy()
    return marks


def _rule(rule: str, labelled: Labelled, verdicts: Verdicts, triggered: Marks, part: Marks) -> RuleFigures:
    hits = np.zeros(len(labelled), dtype=np.bool_)
    hits[verdicts.hits[rule]] = True
    return RuleFigures(
        rule,
        figures(hits, labelled.fraud, part),
        figures(hits & triggered, labelled.fraud, part),
        figures(verdicts.cited(part, rule), labelled.fraud, part),
    )
