"""The shipped set on labelled histories: the sample, its rings made slower, and histories of the generator."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from detector.evaluation.evaluation import Evaluation, PartFigures, evaluate
from detector.evaluation.labelled import Labelled, labelled, read_labelled
from detector.evaluation.stretching import stretched
from detector.evaluation.verdicts import verdicts_of
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
}


def run() -> Iterator[str]:
    """Yields the lines of the report."""
    columns = "fraud | evidence P / R / F1 | trigger F1 | flagged, cited | episodes (false) | rings | amount >= 900"
    rows = [
        f"| history | part | {columns} |",
        "|---|---|---:|---|---:|---:|---:|---:|---:|",
    ]
    for name, history in _histories():
        rows += _rows(name, evaluate(history, verdicts_of(history, load_rule_set(SHIPPED))))
    yield "\n".join(rows)
    yield "P precision, R recall; flagged, cited: per 10,000 payments; amount >= 900: F1 of the tutorial's rule."


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


def _rows(name: str, evaluation: Evaluation) -> list[str]:
    return [_row(name, part, figures) for part, figures in evaluation.parts.items()]


def _row(name: str, part: str, figures: PartFigures) -> str:
    evidence, found = figures.evidence, sum(ring.first_alert is not None for ring in figures.rings)
    return (
        f"| {name} | {part} | {figures.prevalence:.2%} "
        f"| {evidence.precision:.2f} / {evidence.recall:.2f} / {evidence.f1:.3f} | {figures.trigger.f1:.3f} "
        f"| {figures.per_10_000(figures.trigger.found):.0f}, {figures.per_10_000(evidence.found):.0f} "
        f"| {figures.episodes} ({figures.false_episodes}) | {found} of {len(figures.rings)} "
        f"| {figures.baseline.f1:.3f} |"
    )
