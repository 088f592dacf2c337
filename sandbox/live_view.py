"""The live page: rates, counts, rings, topics with their schema ids, latest flagged payments."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from sandbox.discoveries import Discoveries
from sandbox.figures import Figures
from sandbox.latest import Episode

MOST_SHOWN = 12
"""Flagged payments on the page, where it has room."""

AROUND_FLAGGED = 6
"""Lines of a table's frame and heading, and the line where the cursor stays, and one for what is typed."""

COUNTS_LINES = 5
TABLE_FRAME = 4
NARROW = 110
"""Columns below which accounts are left out; reasons name the one that matters."""

SMALL = 28
"""Lines below which the heading is cut to where to connect."""

Topics = Sequence[tuple[str, str, str, str]]


class LiveView:
    """A page that is drawn again four times a second; it fits itself into the terminal.

    Args:
        console: The terminal.
        heading: Lines above everything, the most important first: where to connect.
        schemas: Topic, subject, version and schema id of what was registered.
    """

    def __init__(self, console: Console, heading: Sequence[str], schemas: Topics) -> None:
        self._console = console
        self._heading = heading
        self._schemas = schemas
        self._live = Live(console=console, auto_refresh=False, transient=True)

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
        width, height = self._console.size
        heading = list(self._heading if height >= SMALL else self._heading[:1])
        text = Text("\n".join(heading), no_wrap=True, overflow="ellipsis")
        top = Panel(text, title="sandbox, for a second terminal:", title_align="left")
        left = height - len(heading) - 2 - COUNTS_LINES - 1 - AROUND_FLAGGED
        whole = len(self._schemas) + TABLE_FRAME
        roomy = left - whole >= MOST_SHOWN // 2
        topics = self._topics(figures) if roomy else _topics_line(self._schemas)
        left -= whole if roomy else _lines(topics, self._console)
        shown = max(1, min(MOST_SHOWN, left))
        return Group(top, _counts(figures), _state(figures), topics, _latest(figures.latest, shown, width))

    def _topics(self, figures: Figures) -> Table:
        table = Table("topic", "subject", "version", "schema id", "records", expand=True)
        records = _records(figures)
        for topic, subject, version, schema_id in self._schemas:
            table.add_row(topic, subject, version, schema_id, f"{records[topic]:,}" if topic in records else "-")
        return table


def _records(figures: Figures) -> Mapping[str, int]:
    return {"transactions": figures.sent, **figures.counts}


def _topics_line(schemas: Topics) -> Text:
    """Schema ids by topic, without breaks inside."""
    ids: dict[str, list[str]] = {}
    for topic, _, _, name in schemas:
        ids.setdefault(topic, []).append(name.removeprefix("id "))
    told = (f"{topic}\u00a0{','.join(names)}" for topic, names in ids.items())
    return Text("schema ids: " + "  ".join(told), style="dim")


def _lines(topics: Table | Text, console: Console) -> int:
    return len(console.render_lines(topics))


def _counts(figures: Figures) -> Table:
    names = ("seconds", "sent/s", "sorted/s", "legit", "fraud", "dead", "lag", "p50", "p99")
    table = Table(*names, expand=True)
    latency = ("-", "-") if figures.latency is None else tuple(f"{part * 1000:.0f} ms" for part in figures.latency)
    table.add_row(
        f"{figures.seconds:.1f}",
        f"{figures.sent_rate:,.0f}",
        f"{figures.found_rate:,.0f}",
        f"[green]{figures.counts['legit']:,}[/]",
        f"[red]{figures.counts['fraud']:,}[/]",
        f"[yellow]{figures.counts['dead-letter']:,}[/]",
        f"{figures.lag:,}",
        *latency,
    )
    return table


def _state(figures: Figures) -> Text:
    if figures.learning:
        return Text(
            f"the rules learn who deals with whom: {figures.sent:,} of {figures.learning:,} payments of history",
            style="bold cyan",
            no_wrap=True,
        )
    told = [] if figures.discoveries is None else [_rings(figures.discoveries)]
    if figures.reasons:
        told.append("dead: " + ", ".join(f"{reason} {count}" for reason, count in sorted(figures.reasons.items())))
    return Text("  ".join(told), style="bold", no_wrap=True, overflow="ellipsis")


def _rings(found: Discoveries) -> str:
    return (
        f"rings found: {found.found} of {len(found.rings)}; flagged: {found.right:,} rightly, {found.wrong:,} wrongly"
    )


def _latest(latest: Sequence[Episode], shown: int, width: int) -> Table:
    wide = width >= NARROW
    table = Table(expand=True)
    for name in ("from", "to") if wide else ():
        table.add_column(name, no_wrap=True)
    table.add_column("amount", no_wrap=True, justify="right")
    table.add_column("level", no_wrap=True)
    table.add_column("alerts", no_wrap=True, justify="right")
    table.add_column("latest flagged: why", no_wrap=True, overflow="ellipsis", ratio=1)
    for episode in list(latest)[-shown:][::-1]:
        payment = episode.newest
        accounts = (Text(payment.source), Text(payment.target)) if wide else ()
        why = Text("; ".join(payment.reasons))
        table.add_row(*accounts, payment.amount, payment.level, str(episode.times), why)
    return table
