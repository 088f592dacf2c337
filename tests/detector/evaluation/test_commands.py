"""`evaluate` and `backtest` on the command line."""

import json
import sys
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from detector.cli import application
from detector.evaluation.errors import PlotError
from detector.rules.loading import EXAMPLES
from tests.detector.evaluation.test_labelled import _csv
from tests.detector.evaluation.worlds import fan_in, table

HISTORY = table(*fan_in("EARLY", 12, 0.0, "fan_in1"), *fan_in("RING", 12, 9.0, "fan_in2"), *fan_in("H", 1, 10.0))
FAN_IN = str(EXAMPLES / "fan-in.yaml")


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(application(), [*arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_evaluate_prints_figures_for_people_and_for_machines(tmp_path: Path) -> None:
    """The same numbers in both."""
    file = str(_csv(tmp_path, HISTORY))
    content = json.loads(_run("evaluate", file, "--json"))
    assert content["parts"]["reported"]["rings"] == 1
    text = _run("evaluate", file)
    assert f"prevalence {content['parts']['reported']['prevalence']:.2%}" in text
    assert "amount >= 900" in text


def test_evaluate_draws_a_picture(tmp_path: Path) -> None:
    """A PNG with something in it."""
    picture = tmp_path / "figures.png"
    _run("evaluate", str(_csv(tmp_path, HISTORY)), "--plot", str(picture))
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 10_000


def test_names_of_patterns_and_payments_are_any_text(tmp_path: Path) -> None:
    """Neither tables nor picture read markup or formulas in them."""
    hard = HISTORY.with_columns(id="[/x]" + pl.col("id"), scenario=pl.lit("[/bold]$\\x$"), ring="[/]" + pl.col("ring"))
    file = str(_csv(tmp_path, hard))
    assert "[/bold]$\\x$" in _run("evaluate", file, "--plot", str(tmp_path / "figures.png"))
    assert "[/x]p" in _run("backtest", file, "--rules", FAN_IN, "--rules", str(EXAMPLES / "amount-threshold.yaml"))


def test_a_plot_without_matplotlib_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is optional."""
    for module in ("matplotlib", "matplotlib.figure", "matplotlib.backends.backend_agg"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(PlotError, match=r"\[plot\]"):
        _run("evaluate", str(_csv(tmp_path, HISTORY)), "--plot", str(tmp_path / "figures.png"))


def test_a_plot_of_unknown_format_is_refused(tmp_path: Path) -> None:
    """The ending names the format."""
    with pytest.raises(PlotError, match="cannot be written"):
        _run("evaluate", str(_csv(tmp_path, HISTORY)), "--plot", str(tmp_path / "figures.docx"))


def test_backtest_names_both_sets(tmp_path: Path) -> None:
    """One set is held against the shipped one, two against each other."""
    file = str(_csv(tmp_path, HISTORY))
    assert "A: shipped" in _run("backtest", file, "--rules", FAN_IN)
    content = json.loads(_run("backtest", file, "--rules", FAN_IN, "--rules", FAN_IN, "--json"))
    assert content["rule_sets"][0] == content["rule_sets"][1]


def test_backtest_without_labels_counts_and_names_what_differs(tmp_path: Path) -> None:
    """What needs labels is left away; no zero stands for a figure that nobody knows."""
    arguments = ["--rules", FAN_IN, "--rules", str(EXAMPLES / "amount-threshold.yaml"), "--tuned", "0"]
    known = json.loads(_run("backtest", str(_csv(tmp_path, HISTORY)), *arguments, "--json"))
    file = str(_csv(tmp_path, HISTORY.drop("label")))
    content = json.loads(_run("backtest", file, *arguments, "--json"))
    gained = content["trigger_gained"]
    assert gained["total"] == known["trigger_gained"]["fraud_total"] + known["trigger_gained"]["honest_total"]
    assert sorted(gained["payments"]) == sorted(known["trigger_gained"]["fraud"] + known["trigger_gained"]["honest"])
    assert [part["trigger"] for part in content["figures"]] == [
        {"found": part["trigger"]["found"]} for part in known["figures"]
    ]
    assert (content["labelled"], known["labelled"]) == (False, True)
    text = _run("backtest", file, *arguments)
    assert not {word for word in ("precision", "recall", "false", "rings", "fraud", "honest") if word in text}


def test_backtest_compares_the_whole_file_where_nothing_was_tuned(tmp_path: Path) -> None:
    """`--tuned 0` leaves out no payment."""
    content = json.loads(_run("backtest", str(_csv(tmp_path, HISTORY)), "--rules", FAN_IN, "--tuned", "0", "--json"))
    assert content["figures"][0]["payments"] == HISTORY.height


def test_backtest_without_rules_is_refused(tmp_path: Path) -> None:
    """Nothing to compare."""
    result = CliRunner().invoke(application(), ["backtest", str(_csv(tmp_path, HISTORY))])
    assert result.exit_code == 2
    assert "--rules" in result.output
