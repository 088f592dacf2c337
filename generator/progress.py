"""Progress of a run on the terminal; silent where there is none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from generator.service import Summary


@contextmanager
def progress_bar(doing: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, moved by calling with the number done so far.

    Args:
        doing: What is going on, for example `sending`.
        total: How many there will be; None where nobody knows.
    """
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task(doing, total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def sending_bar(total: int | None) -> Iterator[Callable[[Summary], None]]:
    """A bar that shows how many records are handed over."""
    with progress_bar("sending", total) as move:
        yield lambda summary: move(summary.handed_over)
