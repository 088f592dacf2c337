"""`fraud-sandbox limits`."""

import json
from dataclasses import asdict
from typing import Annotated

import typer


def limits(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Say what the embedded broker and the in-process registry do not do.

    Example: fraud-sandbox limits --json
    """
    from sandbox.limits import LIMITS

    if as_json:
        typer.echo(json.dumps([asdict(limit) for limit in LIMITS], indent=2))
        return
    for limit in LIMITS:
        typer.echo(f"{limit.part}: {limit.id}")
        typer.echo(f"    a real one  {limit.real}")
        typer.echo(f"    this one    {limit.sandbox}")
        typer.echo(f"    so          {limit.consequence}")
