"""`fraud-generator run`."""

from typing import Annotated

import typer

from generator.settings import PopulationName


def run(
    *,
    tps: Annotated[
        float | None,
        typer.Option("--transactions-per-second", "--tps", help="0 or less: as fast as possible."),
    ] = None,
    count: Annotated[int | None, typer.Option(min=0, help="Stop after this many records.")] = None,
    duration: Annotated[float | None, typer.Option(min=0, help="Stop after this many seconds.")] = None,
    population: Annotated[
        PopulationName | None, typer.Option(help="Who pays; `random`: the tutorial's records.")
    ] = None,
    accounts: Annotated[int | None, typer.Option(help="Accounts of the population.")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed and --start: same records.")] = None,
    start: Annotated[
        str | None, typer.Option(metavar="TIME", help="Event time of the beginning, ISO 8601; now without it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Generate payments until a count, a duration, or SIGTERM.

    Options win over the environment (TRANSACTIONS_PER_SECOND, GENERATOR_*).

    Example: fraud-generator run --tps 500 --duration 60 --seed 7
    """
    from generator.connection import connect
    from generator.options import event_time, settings_with
    from generator.report import note, print_summary
    from generator.sending import Limits, pace_of, send, times_of
    from generator.stopping import stop_on_signals
    from generator.stream import stream

    settings = settings_with(transactions_per_second=tps, population=population, accounts=accounts, seed=seed)
    limits, rate = Limits(count, duration), settings.transactions_per_second
    start_ms = None if start is None else event_time(start)
    connection = connect(note)
    with stop_on_signals() as stop:
        send(
            connection,
            stream(settings, times_of(settings, start_ms)),
            pace_of(rate),
            limits,
            total=limits.total(rate),
            stop=stop,
            on_summary=lambda summary: print_summary(summary, connection.topic, as_json=as_json),
        )
