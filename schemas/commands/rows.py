"""Rows on the screen: a table on a terminal, plain lines anywhere else."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from schemas.printable import printable

COLOURS = {
    "registered": "green",
    "unchanged": "dim",
    "level set": "green",
    "would register": "cyan",
    "would set level": "cyan",
    "rollback asked": "yellow",
    "left out": "dim",
    "refused": "red",
    "blocked": "red",
    "kept otherwise": "red",
    "registered beside another": "red",
}


def print_rows(headings: Sequence[str], rows: Iterable[Sequence[object]], console: Console | None = None) -> None:
    """Print rows; None becomes a dash. Plain lines are separated by two blanks, headings first."""
    console = console or Console(soft_wrap=True, highlight=False)
    texts = [["-" if cell is None else printable(str(cell)) for cell in row] for row in rows]
    if console.is_terminal:
        console.print(_table(headings, texts))
        return
    widths = [max(map(len, column)) for column in zip(headings, *texts, strict=True)]
    for cells in (headings, *texts):
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        console.print(line.rstrip(), markup=False)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    columns = [Column(heading, overflow="fold") for heading in headings]
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(cell, style=COLOURS.get(cell, ""), overflow="fold") for cell in row))
    return table
