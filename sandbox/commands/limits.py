"""`fraud-sandbox limits`."""

import json
from dataclasses import asdict
from typing import Annotated

import typer


def limits(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Say what the embedded broker and the in-process registry do not do.

    Example: fraud-sandbox limits --json
    """
    from rich.console import Console
    from rich.table import Table

    from sandbox.limits import LIMITS

    if as_json:
        typer.echo(json.dumps([asdict(limit) for limit in LIMITS], indent=2))
        return
    table = Table("part", "limit", "the real one", "the sandbox", "so", show_lines=True)
    for limit in LIMITS:
        table.add_row(limit.part, limit.id, limit.real, limit.sandbox, limit.consequence)
    Console().print(table)
