"""A backtest as tables for a terminal."""

from collections.abc import Sequence

from rich.box import SIMPLE
from rich.console import Group, RenderableType
from rich.table import Table

from detector.evaluation.backtest import Backtest, Difference
from detector.evaluation.evaluation import PartFigures

EXAMPLES = 5
"""Ids shown per difference; `--json` gives more."""

FIGURE = 8
"""Columns a figure may need; the name of a rule set above it is folded."""


def backtest_as_text(backtest: Backtest, names: Sequence[str]) -> RenderableType:
    """Figures of both sets, and what the second catches and loses."""
    return Group(_figures(backtest, names), _differences(backtest))


def _figures(backtest: Backtest, names: Sequence[str]) -> Table:
    first, second = backtest.figures
    table = Table(
        title=f"{first.payments} payments, prevalence {first.prevalence:.2%}", title_justify="left", box=SIMPLE
    )
    for column in ("", f"A: {names[0]}", f"B: {names[1]}", "B - A"):
        table.add_column(column, justify="left" if not column else "right", overflow="fold", min_width=FIGURE)
    for word, by_set in (("flagged payments", "trigger"), ("cited payments", "evidence")):
        found = [getattr(part, by_set) for part in (first, second)]
        table.add_row(word, *(str(one.found) for one in found), f"{found[1].found - found[0].found:+d}")
        for share in ("precision", "recall", "f1"):
            values = [float(getattr(one, share)) for one in found]
            table.add_row(f"  {share}", *(f"{value:.3f}" for value in values), f"{values[1] - values[0]:+.3f}")
    for word in ("episodes", "false_episodes"):
        counts = [int(getattr(part, word)) for part in (first, second)]
        table.add_row(word.replace("_", " "), *map(str, counts), f"{counts[1] - counts[0]:+d}")
    rings = [_found(part) for part in (first, second)]
    table.add_row(f"rings found of {len(first.rings)}", *map(str, rings), f"{rings[1] - rings[0]:+d}")
    return table


def _found(part: PartFigures) -> int:
    return sum(ring.first_alert is not None for ring in part.rings)


def _differences(backtest: Backtest) -> Table:
    table = Table(title="What B does otherwise", title_justify="left", box=SIMPLE)
    for column in ("", "fraud", "honest", "for example"):
        figure = column in ("fraud", "honest")
        table.add_column(column, justify="right" if figure else "left", no_wrap=figure, overflow="fold")
    _row(table, "flagged by B only", backtest.trigger_gained)
    _row(table, "flagged by A only", backtest.trigger_lost)
    _row(table, "cited by B only", backtest.evidence_gained)
    _row(table, "cited by A only", backtest.evidence_lost)
    for word, rings in (("rings found by B only", backtest.rings_gained), ("by A only", backtest.rings_lost)):
        table.add_row(word, str(len(rings)), "", " ".join(rings[:EXAMPLES]))
    return table


def _row(table: Table, word: str, difference: Difference) -> None:
    examples = (*difference.fraud, *difference.honest)[:EXAMPLES]
    table.add_row(word, str(len(difference.fraud)), str(len(difference.honest)), " ".join(examples))
