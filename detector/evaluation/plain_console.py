"""Where tables are printed."""

from typing import TextIO

from rich.console import Console

UNLIMITED = 10_000
"""Columns where nobody looks at a screen: a program that reads lines finds a name whole."""


def plain_console(file: TextIO | None = None) -> Console:
    """A console that prints names of payments, patterns and folders as they are: none is markup, or a picture's.

    A terminal's width folds lines; elsewhere none is folded.

    Args:
        file: Where to; stdout without it.
    """
    console = Console(file=file, markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console.width = UNLIMITED
    return console
