"""The lines of a schema that a finding is about."""

from collections.abc import Iterator

from schemas.evolution.positions import Position

LINES = 8
"""A record can span a page; its first lines tell which one it is."""

WIDTH = 110
"""A schema on one line is cut around the place in question."""


def excerpt(text: str, position: Position) -> Iterator[str]:
    """The lines of a value, with numbers, and a mark under the first where the value is a part of it."""
    lines = text.splitlines() or [""]
    last = position.line + text.count("\n", position.start, position.end)
    shown = range(position.line, min(last, position.line + LINES - 1) + 1)
    margin = len(str(shown[-1]))
    for number in shown:
        line = lines[number - 1].replace("\t", " ") if number <= len(lines) else ""
        start = max(0, position.column - 1 - WIDTH // 2) if len(line) > WIDTH else 0
        yield f"{number:>{margin}} | {'…' if start else ''}{line[start : start + WIDTH]}{_rest(line, start)}"
        if number == position.line == last:
            column = position.column - 1 - start + bool(start)
            width = max(1, min(position.end - position.start, WIDTH - column))
            yield f"{'':>{margin}} | {' ' * column}{'^' * width}"
    if last > shown[-1]:
        yield f"{'':>{margin}} | … {last - shown[-1]} more lines"


def _rest(line: str, start: int) -> str:
    return "…" if len(line) > start + WIDTH else ""
