"""The live page: rates, counts, topics with their schema ids, latest flagged payments."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from sandbox.figures import Figures
from sandbox.watcher import Flagged

SHOWN = 8
"""Flagged payments on the page."""


class LiveView:
    """A page that is drawn again four times a second.

    Args:
        console: The terminal.
        heading: Lines above everything: where to connect.
        schemas: Topic, subject, version and schema id of what was registered.
    """

    def __init__(self, console: Console, heading: Sequence[str], schemas: Sequence[tuple[str, str, str, str]]) -> None:
        self._heading = Text("\n".join(heading))
        self._schemas = schemas
        self._live = Live(console=console, auto_refresh=False, transient=False)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def show(self, figures: Figures) -> None:
        """Draws the page."""
        self._live.update(self.page(figures), refresh=True)

    def page(self, figures: Figures) -> RenderableType:
        """The page of these figures."""
        return Group(
            Panel(self._heading, title="sandbox", title_align="left"),
            _counts(figures),
            self._topics(figures),
            _flagged(figures.flagged),
        )

    def _topics(self, figures: Figures) -> Table:
        counts: Mapping[str, int] = {"transactions": figures.sent, **figures.counts}
        table = Table("topic", "subject", "version", "schema id", "records", expand=True)
        for topic, subject, version, schema_id in self._schemas:
            table.add_row(topic, subject, version, schema_id, f"{counts.get(topic, 0):,}")
        return table


def _counts(figures: Figures) -> Table:
    table = Table("seconds", "sent/s", "sorted/s", "legit", "fraud", "dead letters", "lag", "p50", "p99", expand=True)
    latency = ("-", "-") if figures.latency is None else tuple(f"{part * 1000:.0f} ms" for part in figures.latency)
    table.add_row(
        f"{figures.seconds:.1f}",
        f"{figures.sent_rate:,.0f}",
        f"{figures.found_rate:,.0f}",
        f"[green]{figures.counts['legit']:,}[/]",
        f"[red]{figures.counts['fraud']:,}[/]",
        f"[yellow]{figures.counts['dead-letter']:,}[/] {_reasons(figures.reasons)}",
        f"{figures.lag:,}",
        *latency,
    )
    return table


def _reasons(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))


def _flagged(flagged: Sequence[Flagged]) -> Table:
    table = Table("flagged", "from", "to", "amount", "level", "why", expand=True)
    for payment in list(flagged)[-SHOWN:][::-1]:
        table.add_row(
            Text(payment.id[:13], no_wrap=True),
            Text(payment.source),
            Text(payment.target),
            payment.amount,
            payment.level,
            Text("; ".join(payment.reasons)),
        )
    return table
