"""How long payments take."""

from sandbox.flagged import Flagged
from sandbox.latencies import EVERY, Latencies
from sandbox.latest import KEPT, Latest


def test_latency_from_handing_over_to_being_found() -> None:
    """A part of the payments is timed; blocks may be expected long before they are handed over."""
    times = iter([10.0, 20.0, 20.5])
    latencies = Latencies(lambda: next(times))
    ids = [f"p-{number}" for number in range(2 * EVERY)]
    latencies.expect(ids[:3])
    latencies.expect(ids[3:])
    for _ in ids:
        latencies.hand_over()
    assert latencies.middle_and_worst() is None
    latencies.found(ids)
    assert latencies.middle_and_worst() == (10.5, 10.5)
    latencies.clear()
    assert latencies.middle_and_worst() is None


def test_latest_keeps_one_line_per_episode() -> None:
    """Alerts of one episode are counted; the newest comes last; the oldest episodes go."""
    latest = Latest()
    for number in range(KEPT + 3):
        latest.note(Flagged(f"p-{number}", "", "", "", "", (), (), f"episode-{number}"))
    latest.note(Flagged("again", "", "", "", "", (), (), "episode-10"))
    kept = latest.now()
    assert len(kept) == KEPT
    assert (kept[-1].newest.id, kept[-1].times) == ("again", 2)
    assert kept[0].newest.id == "p-3"
