"""A backtest as tables for a terminal."""

from collections.abc import Sequence

from rich.box import SIMPLE
from rich.console import Group, RenderableType
from rich.table import Table

from detector.evaluation.backtest import Backtest
from detector.evaluation.evaluation import PartFigures
from detector.evaluation.figures import Figures

EXAMPLES = 5
"""Ids shown per difference; `--json` gives more."""

FIGURE = 8
"""Columns a figure may need; the name of a rule set above it is folded."""


def backtest_as_text(backtest: Backtest, names: Sequence[str]) -> RenderableType:
    """Figures of both sets, and what the second catches and loses; without labels, counts alone."""
    return Group(_figures(backtest, names), _differences(backtest))


def _figures(backtest: Backtest, names: Sequence[str]) -> Table:
    first, _ = backtest.figures
    told = f"prevalence {first.prevalence:.2%}" if backtest.labelled else "without labels"
    table = Table(title=f"{first.payments} payments, {told}", title_justify="left", box=SIMPLE)
    for column in ("", f"A: {names[0]}", f"B: {names[1]}", "B - A"):
        table.add_column(column, justify="left" if not column else "right", overflow="fold", min_width=FIGURE)
    for word, by_set in (("flagged payments", "trigger"), ("cited payments", "evidence")):
        found: list[Figures] = [getattr(part, by_set) for part in backtest.figures]
        _counts(table, word, [one.found for one in found])
        if backtest.labelled:
            _shares(table, found)
    _counts(table, "episodes", [part.episodes for part in backtest.figures])
    if backtest.labelled:
        _counts(table, "false episodes", [part.false_episodes for part in backtest.figures])
        _counts(table, f"rings found of {len(first.rings)}", [_found(part) for part in backtest.figures])
    return table


def _counts(table: Table, word: str, counts: Sequence[int]) -> None:
    table.add_row(word, *map(str, counts), f"{counts[1] - counts[0]:+d}")


def _shares(table: Table, both: Sequence[Figures]) -> None:
    for share in ("precision", "recall", "f1"):
        values = [float(getattr(one, share)) for one in both]
        table.add_row(f"  {share}", *(f"{value:.3f}" for value in values), f"{values[1] - values[0]:+.3f}")


def _found(part: PartFigures) -> int:
    return sum(ring.first_alert is not None for ring in part.rings)


def _differences(backtest: Backtest) -> Table:
    table = Table(title="What B does otherwise", title_justify="left", box=SIMPLE)
    for column in ("", *(("fraud", "honest") if backtest.labelled else ("payments",)), "for example"):
        figure = column not in ("", "for example")
        table.add_column(column, justify="right" if figure else "left", no_wrap=figure, overflow="fold")
    for word, difference in (
        ("flagged by B only", backtest.trigger_gained),
        ("flagged by A only", backtest.trigger_lost),
        ("cited by B only", backtest.evidence_gained),
        ("cited by A only", backtest.evidence_lost),
    ):
        counts = (len(difference.fraud), len(difference.honest)) if backtest.labelled else (difference.total,)
        examples = (*difference.fraud, *difference.honest)[:EXAMPLES]
        table.add_row(word, *map(str, counts), " ".join(examples))
    if backtest.labelled:
        for word, rings in (("rings found by B only", backtest.rings_gained), ("by A only", backtest.rings_lost)):
            table.add_row(word, str(len(rings)), "", " ".join(rings[:EXAMPLES]))
    return table
