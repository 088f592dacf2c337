"""Dead letters on the screen."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from messaging.dead_letters.letter import Letter, LetterId

_COLUMNS = ("reason", "error_class", "topic", "partition", "offset", "schema_id", "message")

SHOWN_BYTES = 512
"""How much of a value a person is shown."""


def print_list(letters: Sequence[Letter], unreadable: Mapping[LetterId, str], *, limit: int, as_json: bool) -> None:
    """One line a letter, the newest `limit` of each partition, in order; a count at the end on stderr."""
    of_partition: dict[int, list[Letter]] = {}
    for letter in letters:
        of_partition.setdefault(letter.id.partition, []).append(letter)
    shown = [letter for partition in of_partition.values() for letter in partition[-limit:]]
    for letter in shown:
        typer.echo(json.dumps(summary(letter)) if as_json else _line(letter))
    for at, why in unreadable.items():
        typer.echo(f"{at} is no dead letter: {why}", err=True)
    typer.echo(f"{len(shown)} of {len(letters)} dead letters", err=True)


def print_letter(letter: Letter, *, as_json: bool) -> None:
    """All fields of one letter."""
    if as_json:
        typer.echo(json.dumps(whole(letter)))
        return
    for name, value in {**summary(letter), **_bytes_shown(letter)}.items():
        typer.echo(f"{name:14} {'' if value is None else value}")


def print_replayed(replayed: Sequence[Letter], skipped: Sequence[tuple[Letter, str]], *, as_json: bool) -> None:
    """What was put back, and what was not and why."""
    for letter in replayed:
        line = {"id": str(letter.id), "replayed": True, "topic": letter.record["topic"]}
        typer.echo(json.dumps(line) if as_json else f"{letter.id} put back on {letter.record['topic']}")
    for letter, why in skipped:
        line = {"id": str(letter.id), "replayed": False, "why": why}
        typer.echo(json.dumps(line) if as_json else f"{letter.id} {why}")
    typer.echo(f"{len(replayed)} replayed, {len(skipped)} not", err=True)


def summary(letter: Letter) -> dict[str, Any]:
    """The fields without bytes, ready for JSON."""
    record = letter.record
    return {
        "id": str(letter.id),
        **{name: record[name] for name in _COLUMNS},
        "stage": record["stage"],
        "timestamp": str(record["timestamp"]),
        "replayed": letter.replayed,
        "replay_count": letter.replay_count,
    }


def whole(letter: Letter) -> dict[str, Any]:
    """All fields, ready for JSON; bytes in base64."""
    record = letter.record
    return {
        **summary(letter),
        "key": _base64(record["key"]),
        "value": _base64(record["value"]),
        "headers": [{"key": each["key"], "value": _base64(each["value"])} for each in record["headers"]],
    }


def _line(letter: Letter) -> str:
    record = letter.record
    mark = "replayed " if letter.replayed else ""
    return (
        f"{letter.id!s:>10}  {record['reason']:14}  {record['topic']}-{record['partition']}@{record['offset']}  "
        f"{mark}{record['message'][:100]}"
    )


def _bytes_shown(letter: Letter) -> dict[str, Any]:
    record = letter.record
    headers = ", ".join(f"{each['key']}={each['value']!r}" for each in record["headers"])
    return {"key": repr(record["key"]), "value": _hexadecimal(record["value"] or b""), "headers": headers}


def _hexadecimal(value: bytes) -> str:
    rest = len(value) - SHOWN_BYTES
    return value[:SHOWN_BYTES].hex(" ") + (f" and {rest} bytes more (--json has all)" if rest > 0 else "")


def _base64(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()
