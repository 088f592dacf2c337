"""Pairs of schemas with a known verdict, and the command line to put them to."""

import json
import sys
from pathlib import Path

import pytest

from schemas import cli

ID = {"name": "id", "type": "string", "doc": "The id."}
NOTE = {"name": "note", "type": ["null", "string"], "default": None, "doc": "Free text."}
REQUIRED = {"name": "place", "type": "string", "doc": "Where it was paid."}


def amount(scale: int) -> dict:
    """A decimal field of a scale."""
    kind = {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": scale}
    return {"name": "amount", "type": kind, "doc": "The amount."}


def channel(*symbols: str, default: str | None = None) -> dict:
    """A field of an enum."""
    kind = {"type": "enum", "name": "Channel", "symbols": list(symbols), "doc": "How it was paid."}
    return {"name": "channel", "type": kind | ({"default": default} if default else {}), "doc": "How it was paid."}


def payment(*fields: dict) -> str:
    """The text of a record, a few lines a field."""
    schema = {"type": "record", "name": "Payment", "namespace": "shop", "doc": "A payment.", "fields": list(fields)}
    return json.dumps(schema, indent=1) + "\n"


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs the command line and gives exit code, standard output and standard error."""

    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["fraud-schemas", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return command


def write_pair(folder: Path, old: str, new: str) -> tuple[Path, Path]:
    """Both texts as files."""
    paths = folder / "old.avsc", folder / "new.avsc"
    for path, text in zip(paths, (old, new), strict=True):
        path.write_text(text)
    return paths
