"""Tables on a narrow screen and in a pipe, whatever the names in them."""

import re
from collections.abc import Callable
from io import StringIO

import polars as pl
import pytest
from rich.console import RenderableType

from detector.evaluation.as_text import evaluation_as_text
from detector.evaluation.backtest import backtest
from detector.evaluation.backtest_text import backtest_as_text
from detector.evaluation.evaluation import evaluate
from detector.evaluation.labelled import Labelled, labelled
from detector.evaluation.plain_console import plain_console
from detector.evaluation.split import Split
from detector.evaluation.verdicts import verdicts_of
from detector.rules.loading import SHIPPED, load_rule_set
from tests.detector.evaluation.test_backtest import THRESHOLD
from tests.detector.evaluation.worlds import fan_in, table

RULES = load_rule_set(SHIPPED)
HARD = ("[/bold]", "[red]", ":smile:", "[/x]p1")
"""Names that a markup would take for its own."""

FIGURES = r"(?<=  )[+-]?\d+(?:\.\d+)?(?= *$|  )"
"""Cells of tables that hold a number."""


class _Screen(StringIO):
    """A terminal as far as width and colour go."""

    def isatty(self) -> bool:
        return True


def _history() -> Labelled:
    payments = [*fan_in("EARLY", 12, 0.0, "a1"), *fan_in("RING", 12, 9.0, "b2"), *fan_in("H", 1, 10.0)]
    frame = table(*payments)
    names = pl.Series([HARD[row % len(HARD)] for row in range(frame.height)])
    return labelled(
        frame.with_columns(id=names + pl.Series("row", range(frame.height)).cast(pl.String), scenario=names)
    )


def _evaluated() -> RenderableType:
    history = _history()
    return evaluation_as_text(evaluate(history, verdicts_of(history, RULES)))


def _compared() -> RenderableType:
    history = _history()
    part = Split(0.0, 0.6).parts(history.times)["reported"]
    compared = backtest(history, verdicts_of(history, RULES), verdicts_of(history, THRESHOLD), part)
    return backtest_as_text(compared, ["[/bold]" * 12, "the-rules-of-last-year" * 3])


def _printed(tables: RenderableType, file: StringIO) -> list[str]:
    plain_console(file).print(tables)
    return re.sub(r"\x1b\[[0-9;]*m", "", file.getvalue()).splitlines()


@pytest.mark.parametrize("tables", [_evaluated, _compared])
def test_a_screen_of_80_columns_shows_every_figure(
    tables: Callable[[], RenderableType], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names are folded; the figures are those of a pipe, each of them whole."""
    monkeypatch.setenv("COLUMNS", "80")
    narrow, wide = _printed(tables(), _Screen()), _printed(tables(), StringIO())
    assert max(map(len, narrow)) <= 80
    assert "…" not in "".join(narrow)
    assert re.findall(FIGURES, "\n".join(narrow)) == re.findall(FIGURES, "\n".join(wide))


def test_names_are_printed_as_they_are() -> None:
    """Brackets and colons in the name of a pattern, a payment or a folder are part of it."""
    evaluated, compared = _printed(_evaluated(), StringIO()), _printed(_compared(), StringIO())
    assert {name for name in HARD if any(line.strip().startswith(name) for line in evaluated)} == set(HARD)
    assert f"A: {'[/bold]' * 12}" in "".join(compared)
    assert ":smile:14" in "".join(compared)


def test_a_pipe_gets_the_names_whole() -> None:
    """A rule is found by its name, with its figures in the same line."""
    lines = _printed(_evaluated(), StringIO())
    for rule in RULES.rules:
        assert any(re.search(rf"{rule.rule} +\d+ ", line) for line in lines)
