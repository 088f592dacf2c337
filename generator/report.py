"""What the commands print."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import typer

from generator.errors import RowError
from generator.history_file import Written
from generator.service import Summary


def note(line: str) -> None:
    """A line for the person at the terminal, on stderr."""
    typer.echo(line, err=True)


def print_summary(summary: Summary, topic: str, *, as_json: bool, extra: Mapping[str, Any] | None = None) -> None:
    """The number acknowledged and the rest of the figures, one line; as JSON with `extra` beside them."""
    if as_json:
        typer.echo(json.dumps({"topic": topic, **summary.as_dict(), **(extra or {})}))
        return
    rate = summary.acknowledged / summary.seconds if summary.seconds else 0.0
    line = f"{summary.acknowledged} records acknowledged by {topic} in {summary.seconds:.1f} s ({rate:.0f} per second)"
    missing = summary.handed_over - summary.acknowledged
    typer.echo(line + (f", {missing} of those handed over were not" if missing else ""))


def print_written(written: Written, name: str, *, as_json: bool) -> None:
    """What a history holds, one line; as JSON with the fields by name."""
    if as_json:
        typer.echo(json.dumps({"file": name, **asdict(written)}))
        return
    rings = ", ".join(f"{count} {scenario}" for scenario, count in written.rings.items()) or "none"
    typer.echo(f"{written.payments} payments in {name}, {written.labelled} labelled fraud; rings: {rings}")


def print_bad_rows(name: str, rows: Sequence[RowError], total: int) -> None:
    """The first bad rows with line and reason, and how many more there are, on stderr."""
    for row in rows:
        note(f"{name}: {row}")
    if total > len(rows):
        note(f"{name}: and {total - len(rows)} more rows that are no payments")
