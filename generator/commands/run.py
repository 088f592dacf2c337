"""`fraud-generator run`."""

from pathlib import Path
from typing import Annotated

import typer

from generator.settings import PopulationName


def run(
    *,
    tps: Annotated[
        float | None,
        typer.Option("--tps", "--transactions-per-second", help="0 or less: as fast as possible."),
    ] = None,
    count: Annotated[int | None, typer.Option(min=0, help="Stop after this many records.")] = None,
    duration: Annotated[float | None, typer.Option(min=0, help="Stop after this many seconds.")] = None,
    population: Annotated[
        PopulationName | None,
        typer.Option(help="Who pays; random: the tutorial's records; life: normal life with injected patterns."),
    ] = None,
    accounts: Annotated[int | None, typer.Option(help="Accounts of the population.")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed and --start: same records.")] = None,
    start: Annotated[
        str | None, typer.Option(metavar="TIME", help="Event time of the beginning, ISO 8601; now without it.")
    ] = None,
    behind: Annotated[
        float | None,
        typer.Option(metavar="DAYS", help="Begin in the past and reach the present at the end of the run."),
    ] = None,
    fraud_share: Annotated[float | None, typer.Option(help="Life: share of payments in injected patterns.")] = None,
    ring_stretch: Annotated[float | None, typer.Option(help="Life: multiplies the time a ring takes.")] = None,
    pattern: Annotated[list[str] | None, typer.Option(help="Life: inject this pattern only; repeatable.")] = None,
    truth: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write id, pattern and ring of injected payments there.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Generate payments until a count, a duration, or SIGTERM.

    Options win over the environment (TRANSACTIONS_PER_SECOND, GENERATOR_*).

    Example: fraud-generator run --population life --behind 30 --tps 500 --duration 60 --truth truth.jsonl
    """
    from generator.event_plan import Limits
    from generator.options import settings_with
    from generator.run import Run, run_stream

    settings = settings_with(
        transactions_per_second=tps,
        population=population,
        accounts=accounts,
        seed=seed,
        fraud_share=fraud_share,
        ring_stretch=ring_stretch,
    )
    run_stream(
        Run(settings, Limits(count, duration), start=start, behind_days=behind, patterns=tuple(pattern or ())),
        truth=truth,
        as_json=as_json,
    )
