"""`fraud-detector score`."""

from pathlib import Path
from typing import Annotated

import typer


def score(
    file: Annotated[
        Path, typer.Argument(help="CSV with id, source, target, amount, currency, occurred_at; `-` reads stdin.")
    ],
    folder: Annotated[
        Path | None,
        typer.Option("--rules", help="Folder of rules, or one rule file; absent: the shipped set.", envvar="RULES"),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File for the lines; absent: stdout.")] = None,
) -> None:
    """Judge the payments of a CSV file: one JSON line each, by the same core as the service, without Kafka.

    Example: fraud-detector score payments.csv > verdicts.jsonl
    """
    from detector.rules.loading import SHIPPED, load_rule_set
    from detector.score import score_file

    summary = score_file(file, load_rule_set(folder or SHIPPED), output)
    typer.echo(summary, err=True)
