"""A picture of an evaluation."""

from pathlib import Path
from typing import Any

from detector.evaluation.curve import Point
from detector.evaluation.errors import PlotError
from detector.evaluation.evaluation import BASELINE, PartFigures


def draw(part: PartFigures, points: list[Point], review: int, file: Path) -> None:
    """Draws precision, recall and F1 over the threshold, and recall by pattern; the ending of `file` is the format.

    Raises:
        PlotError: matplotlib is not installed, or the file cannot be written.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PlotError("a plot needs matplotlib: pip install 'kafka-fraud-detector[plot]'") from error
    figure = Figure(figsize=(12, 5), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    _draw_curve(left, points, review, part)
    _draw_patterns(right, part)
    try:
        figure.savefig(file)
    except (OSError, ValueError) as error:
        raise PlotError(f"{file} cannot be written: {error}") from error


def _draw_curve(axes: Any, points: list[Point], review: int, part: PartFigures) -> None:
    thresholds = [point.threshold for point in points]
    for name in ("precision", "recall", "f1"):
        axes.plot(thresholds, [getattr(point.figures, name) for point in points], marker=".", label=name)
    axes.axvline(review, color="grey", linestyle="--", label=f"review at {review}")
    axes.axhline(part.baseline.f1, color="black", linestyle=":", label=f"F1 of amount >= {BASELINE}")
    axes.set(xlabel="points from which on a payment is flagged", ylim=(0, 1.02))
    axes.set_title(f"Flagged payments, prevalence {part.prevalence:.2%}")
    axes.legend(loc="best")


def _draw_patterns(axes: Any, part: PartFigures) -> None:
    places = range(len(part.scenarios))
    for offset, name in ((-0.2, "trigger"), (0.2, "evidence")):
        recalls = [getattr(scenario, name).recall for scenario in part.scenarios]
        axes.barh([place + offset for place in places], recalls, height=0.4, label=f"by {name}")
    names = [scenario.scenario.replace("$", r"\$") or "(none)" for scenario in part.scenarios]  # no formulas
    axes.set_yticks(list(places), names)
    axes.set(xlabel="recall", xlim=(0, 1))
    axes.set_title("Found, by pattern")
    axes.legend(loc="best")
