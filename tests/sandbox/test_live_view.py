"""The live page."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from sandbox.discoveries import Discoveries, Ring
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


def _page(figures: Figures, width: int = 160, height: int = 50) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, height=height)
    schemas = [
        ("transactions", "transactions-value", "version 2", "id 7"),
        ("fraud", "fraud-value", "version 1", "id 2"),
    ]
    view = LiveView(console, ["KAFKA_BROKER_URL=127.0.0.1:1", "rules: shipped set", "more", "and more"], schemas)
    console.print(view.page(figures))
    return out.getvalue()


def test_page_shows_everything_that_is_promised() -> None:
    """Addresses, rates, counts, reasons, lag, latency, schema ids, and flagged payments with why."""
    page = _page(FIGURES)
    for text in ("127.0.0.1:1", "11,000", "900", "DECODE 4, FRAME 3", "93", "131 ms", "220 ms", "id 2", "version 1"):
        assert text in page
    for text in ("payer [red]", "950 EUR", "BLOCK", "at or above 900 EUR"):
        assert text in page


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (160, 50)])
def test_page_fits_the_terminal(width: int, height: int) -> None:
    """Many alerts do not push the rates off the page; addresses and schema ids always have room."""
    episode = FIGURES.latest[0]
    lines = _page(replace(FIGURES, latest=[episode] * 40), width, height).splitlines()
    assert len(lines) < height
    assert max(map(len, lines)) <= width
    for text in ("127.0.0.1:1", "transactions", "fraud", "900 EUR"):
        assert any(text in line for line in lines)


def test_page_tells_of_rings() -> None:
    """How many rings were found so far; before the clock starts, how far the history is."""
    found = Discoveries([Ring("fan_in-1", "fan_in", 9, 3, 9), Ring("spike-2", "spike", 1, None, 0)], 7, 2)
    assert "rings found: 1 of 2; flagged: 7 rightly, 2 wrongly" in _page(replace(FIGURES, discoveries=found))
    assert "12,000 of 30,720 payments of history" in _page(replace(FIGURES, learning=30_720))


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
