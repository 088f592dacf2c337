"""The shipped set on labelled histories: the sample, its rings made slower, and histories of the generator.

None of the generator's seeds here was used to choose anything; docs/evaluation.md says which were.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from detector.evaluation.evaluation import PartFigures, evaluate
from detector.evaluation.labelled import Labelled, Marks, labelled, read_labelled
from detector.evaluation.stretching import stretched
from detector.evaluation.verdicts import Verdicts, verdicts_of
from detector.rules.loading import SHIPPED, load_rule_set
from generator.history import History
from generator.history_file import write_history
from generator.samples import labelled_sample

BEGIN_MS = 1_767_225_600_000
HISTORIES: dict[str, History] = {
    "generator, seed 1, 600 a day": History(seed=1, begin_ms=BEGIN_MS, days=90),
    "generator, seed 2, rings times 4": History(seed=2, begin_ms=BEGIN_MS, days=90, ring_stretch=4),
    "generator, seed 4, 300 a day": History(seed=4, begin_ms=BEGIN_MS, days=90, per_day=300, accounts=1500),
    "generator, seed 5, rings times 10": History(seed=5, begin_ms=BEGIN_MS, days=90, ring_stretch=10),
    "generator, seed 21, 600 a day": History(seed=21, begin_ms=BEGIN_MS, days=90),
    "generator, seed 22, rings times 4": History(seed=22, begin_ms=BEGIN_MS, days=90, ring_stretch=4),
    "generator, seed 24, 300 a day": History(seed=24, begin_ms=BEGIN_MS, days=90, per_day=300, accounts=1500),
    "generator, seed 25, rings times 10": History(seed=25, begin_ms=BEGIN_MS, days=90, ring_stretch=10),
    "generator, seed 41, no fraud": History(seed=41, begin_ms=BEGIN_MS, days=90, fraud_share=0.0),
}
DRAWS = 400


def run() -> Iterator[str]:
    """Yields the lines of the report."""
    columns = "fraud | evidence P / R / F1 (5 % to 95 %) | trigger F1 | flagged, cited | episodes (false) | rings"
    rows = [
        f"| history | part | {columns} | amount >= 900 |",
        "|---|---|---:|---|---:|---:|---:|---:|---:|",
    ]
    for name, history in _histories():
        rows += _rows(name, history, verdicts_of(history, load_rule_set(SHIPPED)))
    yield "\n".join(rows)
    yield (
        "P precision, R recall; 5 % to 95 %: of F1 when rings are drawn again with replacement; flagged, cited: per "
        "10,000 payments; amount >= 900: F1 of the tutorial's rule."
    )


def _histories() -> Iterator[tuple[str, Labelled]]:
    sample = labelled(labelled_sample())
    yield "labelled sample", sample
    for factor in (4, 10):
        yield f"labelled sample, rings times {factor}", stretched(sample, factor)
    with TemporaryDirectory() as folder:
        for name, history in HISTORIES.items():
            file = Path(folder) / "history.csv"
            write_history(history, file)
            yield name, read_labelled(file)


def _rows(name: str, history: Labelled, verdicts: Verdicts) -> list[str]:
    evaluation = evaluate(history, verdicts)
    parts = evaluation.split.parts(history.times)
    spreads = {part: _spread(history, verdicts.cited(marks) & marks, marks) for part, marks in parts.items()}
    return [_row(name, part, figures, spreads[part]) for part, figures in evaluation.parts.items()]


def _spread(history: Labelled, cited: Marks, part: Marks) -> tuple[float, float]:
    """Quantiles of evidence F1 over draws of the rings with replacement; false citations stay as they are."""
    rings = np.unique(np.array(history.rings)[history.fraud & part], return_inverse=True)[1]
    if not rings.size:
        return 0.0, 0.0
    counts, found = np.bincount(rings), np.bincount(rings, cited[history.fraud & part])
    draws = np.random.default_rng(1).multinomial(counts.size, np.full(counts.size, 1 / counts.size), DRAWS)
    right, wanted = draws @ found, draws @ counts
    low, high = np.quantile(2 * right / (right + np.count_nonzero(cited & ~history.fraud) + wanted), (0.05, 0.95))
    return float(low), float(high)


def _row(name: str, part: str, figures: PartFigures, spread: tuple[float, float]) -> str:
    evidence, found = figures.evidence, sum(ring.first_alert is not None for ring in figures.rings)
    return (
        f"| {name} | {part} | {figures.prevalence:.2%} "
        f"| {evidence.precision:.2f} / {evidence.recall:.2f} / {evidence.f1:.3f} ({spread[0]:.2f} to {spread[1]:.2f}) "
        f"| {figures.trigger.f1:.3f} "
        f"| {figures.per_10_000(figures.trigger.found):.0f}, {figures.per_10_000(evidence.found):.0f} "
        f"| {figures.episodes} ({figures.false_episodes}) | {found} of {len(figures.rings)} "
        f"| {figures.baseline.f1:.3f} |"
    )
