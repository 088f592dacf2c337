"""`fraud-detector evaluate`."""

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    file: Annotated[Path, typer.Argument(help="CSV, also .csv.gz: the contract's columns, label, scenario, ring.")],
    *,
    truth: Annotated[Path | None, typer.Option(help="CSV with id, label, scenario, ring, if not in FILE.")] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--rules", help="Folder of rules, or one rule file; absent: the shipped set.", envvar="RULES"),
    ] = None,
    tuned: Annotated[float, typer.Option(help="Share of the time span that rules were tuned on.")] = 0.6,
    warm_up: Annotated[float, typer.Option(help="Share at its beginning that is not counted.")] = 0.12,
    plot: Annotated[Path | None, typer.Option(help="Draw the figures into this file (.png, .svg, .pdf).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False,
) -> None:
    """Measure a rule set on labelled payments: precision, recall, F1, rings found, delay, beside amount >= 900.

    Example: fraud-detector evaluate payments.csv.gz --truth truth.csv.gz --plot figures.png
    """
    import json

    from detector.evaluation.as_dict import evaluation_as_dict
    from detector.evaluation.as_text import evaluation_as_text
    from detector.evaluation.curve import curve
    from detector.evaluation.evaluation import evaluate as figures_of
    from detector.evaluation.labelled import read_labelled
    from detector.evaluation.plain_console import plain_console
    from detector.evaluation.plot import draw
    from detector.evaluation.progress import judged_with_progress
    from detector.evaluation.split import Split
    from detector.rules.loading import SHIPPED, load_rule_set

    split, rules = Split(warm_up, tuned), load_rule_set(folder or SHIPPED)
    payments = read_labelled(file, truth)
    parts = split.parts(payments.times)
    verdicts = judged_with_progress(payments, rules)
    evaluation = figures_of(payments, verdicts, split)
    if plot is not None:
        points = curve(payments, verdicts, parts["reported"])
        draw(evaluation.parts["reported"], points, rules.settings.review, plot)
    if as_json:
        typer.echo(json.dumps(evaluation_as_dict(evaluation), indent=2))
    else:
        plain_console().print(evaluation_as_text(evaluation))
