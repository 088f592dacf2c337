"""`fraud-generator history`."""

from pathlib import Path
from typing import Annotated

import typer


def history(
    file: Annotated[Path, typer.Argument(help="CSV to write; gzip where the name ends in .gz.")],
    *,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same file.")] = 1,
    start: Annotated[str, typer.Option(metavar="TIME", help="Midnight of the first day.")] = "2026-01-01T00:00:00Z",
    days: Annotated[float, typer.Option(min=0.01, help="Days it spans.")] = 60.0,
    per_day: Annotated[float, typer.Option(min=1, help="Payments a day.")] = 600.0,
    accounts: Annotated[int, typer.Option(min=100, help="Accounts of the population.")] = 5000,
    fraud_share: Annotated[float, typer.Option(min=0, max=0.5, help="Share of payments in rings.")] = 0.02,
    ring_stretch: Annotated[
        float, typer.Option(min=0.001, max=1000, help="Multiplies the time a ring takes: 10 is slow rings.")
    ] = 1.0,
    calm_days: Annotated[float, typer.Option(min=0, help="Days before the first ring.")] = 0.0,
    pattern: Annotated[list[str] | None, typer.Option(help="Inject this pattern only; repeatable.")] = None,
    story: Annotated[
        str | None, typer.Option(help="Inject the tutorial's story: exact, jitter, below, slower or one_sender.")
    ] = None,
    rings: Annotated[int, typer.Option(min=1, help="How often the story is injected.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Write a labelled history for evaluation: the contract's columns and label, scenario, ring.

    Example: fraud-generator history rings.csv.gz --seed 7 --days 90 --ring-stretch 10
    """
    from generator.history import History
    from generator.history_file import write_history
    from generator.options import event_time
    from generator.patterns.registry import patterns_named
    from generator.patterns.story import story_named
    from generator.progress import progress_bar
    from generator.report import print_written

    wanted = History(
        seed=seed,
        begin_ms=event_time(start),
        days=days,
        per_day=per_day,
        accounts=accounts,
        fraud_share=fraud_share,
        ring_stretch=ring_stretch,
        calm_days=calm_days,
        patterns=patterns_named(pattern or ()),
        story=None if story is None else story_named(story),
        story_rings=rings,
    )
    with progress_bar("writing", wanted.payments) as move:
        written = write_history(wanted, file, move)
    print_written(written, str(file), as_json=as_json)
