"""The lines of a schema that a finding is about."""

from collections.abc import Iterator

from schemas.evolution.positions import Position
from schemas.printable import printable

LINES = 8
"""A record can span a page; its first lines tell which one it is."""

WIDTH = 110
"""A schema on one line is cut around the place in question."""


def excerpt(text: str, position: Position) -> Iterator[str]:
    """The lines of a value, with numbers, and a mark under the first where the value is a part of it."""
    lines = text.split("\n")  # as positions count them: a line separator inside a string ends no line
    last = position.line + text.count("\n", position.start, position.end)
    shown = range(position.line, min(last, position.line + LINES - 1) + 1)
    margin = len(str(shown[-1]))
    for number in shown:
        line = lines[number - 1].replace("\t", " ").rstrip("\r") if number <= len(lines) else ""
        start = max(0, position.column - 1 - WIDTH // 2) if len(line) > WIDTH else 0
        yield f"{number:>{margin}} | {'…' if start else ''}{printable(line[start : start + WIDTH])}{_rest(line, start)}"
        if number == position.line == last:
            yield f"{'':>{margin}} | {_mark(line, start, position)}"
    if last > shown[-1]:
        yield f"{'':>{margin}} | … {last - shown[-1]} more lines"


def _mark(line: str, start: int, position: Position) -> str:
    """Marks below the value, as wide as it is printed."""
    column = position.column - 1
    before = len(printable(line[start:column])) + bool(start)
    end = min(column + position.end - position.start, start + WIDTH)
    return " " * before + "^" * max(1, len(printable(line[column:end])))


def _rest(line: str, start: int) -> str:
    return "…" if len(line) > start + WIDTH else ""
