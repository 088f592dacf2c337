"""An evaluation as tables for a terminal."""

from collections.abc import Iterator

from rich.box import SIMPLE
from rich.console import Group, RenderableType
from rich.table import Table

from detector.evaluation.as_dict import moment
from detector.evaluation.evaluation import BASELINE, Evaluation, PartFigures
from detector.evaluation.figures import Figures
from detector.evaluation.rings import Ring, delay

TITLES = {"tuned": "Tuned on", "reported": "Reported"}


def evaluation_as_text(evaluation: Evaluation) -> RenderableType:
    """Both parts side by side in figures, then rules and patterns of the reported part."""
    return Group(*_parts(evaluation))


def _parts(evaluation: Evaluation) -> Iterator[RenderableType]:
    split = evaluation.split
    yield (
        f"{evaluation.payments} payments, {evaluation.fraud} of them fraud; rule set {evaluation.rule_set[:12]}.\n"
        f"Split by time: the first {split.warm_up:.0%} of the span warm up and are not counted,\n"
        f"what follows up to {split.tuned:.0%} is for tuning, the rest is what counts.\n"
    )
    for name, part in evaluation.parts.items():
        yield from (_summary(TITLES[name], part), "")
    last = evaluation.parts.get("reported")
    if last is not None:
        yield from (_rules(last), "", _scenarios(last))


def _summary(title: str, part: PartFigures) -> Table:
    span = f"{moment(part.start_ms)} to {moment(part.end_ms)}"
    table = _table(f"{title}: {span}", "", "payments", "precision", "recall", "F1", "/10,000")
    _row(table, "flagged themselves (trigger)", part.trigger, part)
    _row(table, "cited by alerts (evidence)", part.evidence, part)
    _row(table, f"baseline: amount >= {BASELINE}", part.baseline, part)
    found = sum(ring.first_alert is not None for ring in part.rings)
    table.caption = (
        f"{part.payments} payments, prevalence {part.prevalence:.2%}; {part.episodes} episodes "
        f"({part.per_10_000(part.episodes):.1f} per 10,000), {part.false_episodes} of them false\n"
        f"rings found {found} of {len(part.rings)}{_told_delay(part.rings)}"
    )
    return table


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(
        title=title,
        title_justify="left",
        caption_justify="left",
        box=SIMPLE,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    table.add_column(first, overflow="fold")  # what gives way on a narrow screen
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _row(table: Table, name: str, figures: Figures, part: PartFigures) -> None:
    table.add_row(name, str(figures.found), *_shares(figures), f"{part.per_10_000(figures.found):.0f}")


def _shares(figures: Figures) -> tuple[str, str, str]:
    return f"{figures.precision:.3f}", f"{figures.recall:.3f}", f"{figures.f1:.3f}"


def _told_delay(rings: tuple[Ring, ...]) -> str:
    payments, hours = delay(rings)
    return "" if payments is None else f", first alert at payment {payments:g} of the ring, {hours:.1f} h in (medians)"


def _rules(part: PartFigures) -> Table:
    table = _table("By rule (reported part)", "rule", "hits", "P", "R", "flagged", "P", "cited", "P", "R")
    table.caption = "P precision, R recall: of all its hits, of those on flagged payments, of what they cite"
    for rule in part.rules:
        hits, flagged, cites = rule.hits, rule.flagged, rule.evidence
        table.add_row(
            rule.rule,
            *(str(hits.found), f"{hits.precision:.2f}", f"{hits.recall:.2f}"),
            *(str(flagged.found), f"{flagged.precision:.2f}"),
            *(str(cites.found), f"{cites.precision:.2f}", f"{cites.recall:.2f}"),
        )
    return table


def _scenarios(part: PartFigures) -> Table:
    columns = ("payments", "flagged", "cited", "rings", "found", "alert at", "hours")
    table = _table("By pattern (reported part)", "pattern", *columns)
    table.caption = "flagged, cited: recall; alert at: payment of the ring that raised the first alert (medians)"
    for scenario in part.scenarios:
        payments, hours = delay(scenario.rings)
        table.add_row(
            scenario.scenario or "(none)",
            str(scenario.payments),
            f"{scenario.trigger.recall:.2f}",
            f"{scenario.evidence.recall:.2f}",
            str(len(scenario.rings)),
            str(sum(ring.first_alert is not None for ring in scenario.rings)),
            "-" if payments is None else f"{payments:g}",
            "-" if hours is None else f"{hours:.1f}",
        )
    return table
