"""`fraud-detector show`."""

import base64
import json
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from detector.showing import ShownRecord

Topic = Literal["transactions", "legit", "fraud", "dead-letter"]


def show(
    topic: Annotated[Topic, typer.Argument(help="Which topic, by its name in the contract.")],
    *,
    count: Annotated[int, typer.Option(min=1, max=100_000, help="Most records to show.")] = 10,
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="The oldest, not the newest.")] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Those that come from now on, until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one record a line.")] = False,
) -> None:
    """Show records of a topic, decoded: amounts as decimals, times as dates, bytes as base64.

    Example: fraud-detector show fraud --count 3
    """
    from detector.showing import shown_records
    from messaging.signals import stop_on_signals

    with stop_on_signals() as stop:
        begin: Literal["newest", "oldest", "now"] = "now" if follow else "oldest" if from_beginning else "newest"
        shown = None
        for shown in shown_records(topic, count, begin, stop):
            typer.echo(json.dumps(as_dict(shown)) if as_json else line(shown))
    if shown is None:
        typer.echo(f"no committed records on {topic}", err=True)


def line(shown: "ShownRecord") -> str:
    """A record for a person: where it is, its key, its schema, and the record or what is wrong with it."""
    value = json.dumps(shown.record, default=plain, ensure_ascii=False) if shown.record else shown.error
    key = shown.key.decode(errors="replace") if shown.key else "-"
    return f"{shown.partition}:{shown.offset}  {key}  schema {shown.schema_id}  {value}"


def as_dict(shown: "ShownRecord") -> dict[str, Any]:
    """A record for a program."""
    return {
        "partition": shown.partition,
        "offset": shown.offset,
        "timestamp_ms": shown.timestamp_ms,
        "key": plain(shown.key),
        "schema_id": shown.schema_id,
        "record": json.loads(json.dumps(shown.record, default=plain)),
        "error": shown.error,
    }


def plain(value: object) -> str | None:
    """A value that JSON has no word for."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, datetime) else None if value is None else str(value)
