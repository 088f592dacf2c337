"""The live page."""

import io

from rich.console import Console

from sandbox.figures import Figures, Rate
from sandbox.flagged import Flagged
from sandbox.latest import Episode
from sandbox.live_view import LiveView

FIGURES = Figures(
    seconds=12.5,
    sent=12_000,
    counts={"legit": 11_000, "fraud": 900, "dead-letter": 7},
    lag=93,
    sent_rate=1000.0,
    found_rate=998.0,
    latency=(0.131, 0.22),
    reasons={"DECODE": 4, "FRAME": 3},
    latest=(Episode(Flagged("id-1", "payer [red]", "payee", "950 EUR", "BLOCK", ("950 EUR is at or above 900 EUR",))),),
)


def _page(figures: Figures) -> str:
    out = io.StringIO()
    console = Console(file=out, width=160)
    view = LiveView(console, ["KAFKA_BROKER_URL=127.0.0.1:1"], [("fraud", "fraud-value", "version 1", "id 2")])
    console.print(view.page(figures))
    return out.getvalue()


def test_page_shows_everything_that_is_promised() -> None:
    """Addresses, rates, counts, reasons, lag, latency, schema ids, and flagged payments with why."""
    page = _page(FIGURES)
    for text in ("127.0.0.1:1", "11,000", "900", "DECODE 4, FRAME 3", "93", "131 ms", "220 ms", "id 2", "version 1"):
        assert text in page
    for text in ("payer [red]", "950 EUR", "BLOCK", "at or above 900 EUR"):
        assert text in page


def test_page_before_anything_came() -> None:
    """A page without records and without latency can be drawn."""
    empty = Figures(0.0, 0, {"legit": 0, "fraud": 0, "dead-letter": 0}, 0, 0.0, 0.0, None, {}, ())
    assert "lag" in _page(empty)


def test_rate_over_the_last_looks() -> None:
    """The rate forgets what lies further back than the looks it keeps."""
    rate = Rate(keep=2)
    assert [rate.look(second, count) for second, count in ((0, 0), (1, 10), (2, 20), (3, 120), (4, 220))] == [
        0.0,
        10.0,
        10.0,
        55.0,
        100.0,
    ]
