"""`fraud-generator replay`."""

from pathlib import Path
from typing import Annotated

import typer


def replay(
    file: Annotated[Path, typer.Argument(help="CSV of payments, plain or gzip.")],
    *,
    speed: Annotated[
        str, typer.Option(metavar="max|N", help="N times as fast as the payments occurred, or as fast as possible.")
    ] = "max",
    rebase: Annotated[bool, typer.Option(help="Shift event times so that the last payment occurs now.")] = False,
    skip_bad: Annotated[bool, typer.Option(help="Report rows that are no payments and go on without them.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Send the payments of a CSV: columns id, source, target, amount, currency, occurred_at; others are ignored.

    The whole file is checked before the first payment is sent.

    Example: fraud-generator replay payments.csv.gz --speed 3600 --rebase
    """
    from generator.options import speed_factor
    from generator.replay import Replay, run_replay

    run_replay(Replay(file, speed_factor(speed), rebase=rebase, skip_bad=skip_bad), as_json=as_json)
