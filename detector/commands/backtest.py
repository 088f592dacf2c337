"""`fraud-detector backtest`."""

from pathlib import Path
from typing import Annotated

import typer


def backtest(
    file: Annotated[
        Path, typer.Argument(help="CSV, also .csv.gz: the contract's columns; label, scenario, ring if known.")
    ],
    *,
    folders: Annotated[
        list[Path] | None,
        typer.Option("--rules", help="Folder of rules, or one file; twice: A and B. Once: against the shipped set."),
    ] = None,
    truth: Annotated[Path | None, typer.Option(help="CSV with id, label, scenario, ring, if not in FILE.")] = None,
    tuned: Annotated[
        float, typer.Option(help="Share of the time span that is left out of the comparison; 0 compares all.")
    ] = 0.6,
    as_json: Annotated[bool, typer.Option("--json", help="Print for machines, with the ids.")] = False,
) -> None:
    """Compare two rule sets on one file: what B would catch that A does not, what it loses, how many alerts more.

    Without labels the payments that make the difference are counted and named; with them also what is right of both.

    Example: fraud-detector backtest payments.csv --rules current --rules proposed
    """
    import json

    from detector.evaluation.backtest import backtest as compare
    from detector.evaluation.backtest_text import backtest_as_text
    from detector.evaluation.labelled import read_labelled
    from detector.evaluation.plain_console import plain_console
    from detector.evaluation.progress import judged_with_progress
    from detector.evaluation.split import Split
    from detector.rules.loading import SHIPPED, load_rule_set

    if not folders or len(folders) > 2:
        raise typer.BadParameter("name two rule sets, or one to hold against the shipped set", param_hint="--rules")
    both = folders if len(folders) == 2 else [SHIPPED, *folders]
    rule_sets = [load_rule_set(folder) for folder in both]
    payments = read_labelled(file, truth, needed=False)
    part = Split(0.0, tuned).parts(payments.times)["reported"]
    verdicts = [judged_with_progress(payments, rules) for rules in rule_sets]
    compared = compare(payments, verdicts[0], verdicts[1], part)
    if as_json:
        typer.echo(json.dumps(compared.as_dict(), indent=2))
    else:
        plain_console().print(backtest_as_text(compared, [folder.name for folder in both]))
