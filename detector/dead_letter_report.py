"""Dead letters on the screen."""

import base64
import json
from collections import Counter, deque
from collections.abc import Iterable
from itertools import groupby
from typing import Any

import typer

from detector.dead_letters import Replay
from messaging.dead_letters.letter import Letter
from messaging.dead_letters.reader import Unreadable

_COLUMNS = ("reason", "error_class", "topic", "partition", "offset", "schema_id", "message")

SHOWN_BYTES = 512
"""How much of a value a person is shown."""


def print_list(letters: Iterable[Letter], *, limit: int, as_json: bool) -> None:
    """One line a letter, the newest `limit` of each partition, in order; a count at the end on stderr.

    Letters come by partition; memory holds the lines of one partition and no letter.
    """
    shown = read = 0
    for _, of_partition in groupby(letters, lambda letter: letter.id.partition):
        newest: deque[str] = deque(maxlen=limit)
        for letter in of_partition:
            newest.append(json.dumps(summary(letter)) if as_json else _line(letter))
            read += 1
        for line in newest:
            typer.echo(line)
        shown += len(newest)
    typer.echo(f"{shown} of {read} dead letters", err=True)


def print_unreadable(value: Unreadable) -> None:
    """A value that is no letter, on stderr."""
    typer.echo(f"{value.id} is no dead letter: {value.why}", err=True)


def print_letter(letter: Letter, *, as_json: bool) -> None:
    """All fields of one letter."""
    if as_json:
        typer.echo(json.dumps(whole(letter)))
        return
    for name, value in {**summary(letter), **_bytes_shown(letter)}.items():
        typer.echo(f"{name:14} {'' if value is None else value}")


def print_replayed(replays: Iterable[Replay], *, as_json: bool) -> None:
    """What was put back, and what was not and why, each as soon as it is decided."""
    counts = Counter[bool]()
    for letter, obstacle in replays:
        counts[obstacle is None] += 1
        typer.echo(json.dumps(_replay_as_json(letter, obstacle)) if as_json else _replay_line(letter, obstacle))
    typer.echo(f"{counts[True]} replayed, {counts[False]} not", err=True)


def _replay_as_json(letter: Letter, obstacle: str | None) -> dict[str, Any]:
    outcome = {"topic": letter.record["topic"]} if obstacle is None else {"why": obstacle}
    return {"id": str(letter.id), "replayed": obstacle is None, **outcome}


def _replay_line(letter: Letter, obstacle: str | None) -> str:
    return f"{letter.id} " + (f"put back on {letter.record['topic']}" if obstacle is None else obstacle)


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
