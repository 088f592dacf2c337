"""`fraud-sandbox run`."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    *,
    duration: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds for which payments are sent; 20, a file: to its end.")
    ] = None,
    tps: Annotated[
        float | None, typer.Option(help="Payments a second; 0: as fast as the readers follow. 1000, a file: 0.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--input", metavar="FILE.csv", help="Payments to replay.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Same seed: same payments.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as JSON, everything else on stderr.")
    ] = False,
) -> None:
    """Run the whole pipeline in one process, embedded: no Docker, no Java, nothing outside is touched.

    Ends by itself with a reconciliation: sent = legit + fraud + dead letters, id by id. Some records are broken on
    purpose. While it runs, any client may connect to the addresses it prints.

    Exit status: 0 reconciled, 1 not, 2 could not run.

    Example: fraud-sandbox run --duration 60 --tps 2000
    """
    from sandbox.reporting import report_run

    report_run(file=file, duration=duration, tps=tps, seed=seed, as_json=as_json)
