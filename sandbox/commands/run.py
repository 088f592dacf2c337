"""`fraud-sandbox run`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from generator.settings import PopulationName


def run(
    *,
    duration: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds for which payments are sent; 20, a file: to its end.")
    ] = None,
    tps: Annotated[
        float | None, typer.Option(help="Payments a second; 0: as fast as the readers follow. 1000, a file: 0.")
    ] = None,
    population: Annotated[
        PopulationName | None,
        typer.Option(help="Who pays; life: a society with rings injected; random: the tutorial's records. life."),
    ] = None,
    rules: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Folder of rules; threshold: the tutorial's rule; the shipped set."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--input", metavar="FILE.csv", help="Payments to replay; column label (0, 1): the truth."),
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Labels of --input in a file beside: id, label, scenario, ring."),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Same seed: same payments.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as JSON, everything else on stderr.")
    ] = False,
) -> None:
    """Run the whole pipeline in one process, embedded: no Docker, no Java, nothing outside is touched.

    Fraud rings are injected into the life of a society. The end screen says which were found, after how many payments,
    and what was flagged wrongly; the truth never goes on a topic. A history is sent first, for the rules to learn from.

    Ends by itself with a reconciliation: sent = legit + fraud + dead letters, id by id. Some records are broken on
    purpose. While it runs, any client may connect to the addresses it prints.

    Exit status: 0 reconciled, 1 not, 2 could not run.

    Example: fraud-sandbox run --duration 60 --tps 2000
    """
    if sys.stdout.isatty() and not as_json:
        typer.echo("starting: rules, broker, registry, contracts, detector")
    from sandbox.reporting import Asked, report_run

    report_run(Asked(file, truth, duration, tps, population, rules, seed), as_json=as_json)
