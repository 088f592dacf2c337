"""What a person sees of a run: a live page on a terminal, lines without one, nothing beside JSON."""

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from sandbox.figures import Figures

LINE_SECONDS = 2.0
"""Seconds between two lines."""


class View(Protocol):
    """Shows figures as they come."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, figures: Figures) -> None:
        """Shows the state of now."""
        ...


class LineView:
    """One plain line every two seconds.

    Args:
        write: Takes a line.
    """

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._next = 0.0
        self._learning = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, figures: Figures) -> None:
        """Writes a line when it is time; one about the history."""
        if figures.learning:
            if not self._learning:
                self._write(line_of(figures))
            self._learning = True
        elif figures.seconds >= self._next:
            self._next = figures.seconds + LINE_SECONDS
            self._write(line_of(figures))


def line_of(figures: Figures) -> str:
    """The figures in one line."""
    counts = figures.counts
    latency = (
        "" if figures.latency is None else f", latency p50 {_ms(figures.latency[0])} p99 {_ms(figures.latency[1])}"
    )
    if figures.learning:
        return f"learning from history: {figures.sent} of {figures.learning} payments sent, {figures.lag} on their way"
    return (
        f"{figures.seconds:5.1f} s: sent {figures.sent} ({figures.sent_rate:.0f}/s), legit {counts['legit']}, "
        f"fraud {counts['fraud']}, dead letters {counts['dead-letter']}, lag {figures.lag}{latency}{_rings(figures)}"
    )


def _rings(figures: Figures) -> str:
    found = figures.discoveries
    return "" if found is None else f", rings {found.found} of {len(found.rings)}, flagged wrongly {found.wrong}"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def on_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()
