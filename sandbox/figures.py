"""The state of a run at one moment, as every view shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox.discoveries import Discoveries
from sandbox.latest import Episode


@dataclass(frozen=True, slots=True)
class Figures:
    """What there is to see.

    Args:
        seconds: Since the clock started; 0 before that.
        sent: Payments handed over and broken records.
        counts: Records found, by output.
        lag: Records sent and not found yet.
        sent_rate: Records a second, over the last moments.
        found_rate: The same for records found.
        latency: Median and 99th percentile of the seconds from handing over to the output; None before the first.
        reasons: Dead letters by reason.
        latest: Latest flagged payments, one per episode, the newest last.
        payments: Payments handed over since the clock started.
        learning: Payments of history to be found before the clock starts; 0: it has started.
        hurry: How many times faster than the clock event time goes; 0: not known.
        discoveries: Rings and what was flagged; None where the truth is not known.
    """

    seconds: float
    sent: int
    counts: Mapping[str, int]
    lag: int
    sent_rate: float
    found_rate: float
    latency: tuple[float, float] | None
    reasons: Mapping[str, int]
    latest: Sequence[Episode]
    payments: int = 0
    learning: int = 0
    hurry: float = 0.0
    discoveries: Discoveries | None = None


class Rate:
    """Records a second between the last looks.

    Args:
        keep: Looks that count.
    """

    def __init__(self, keep: int = 8) -> None:
        self._keep = keep
        self._looks: list[tuple[float, int]] = []

    def look(self, seconds: float, count: int) -> float:
        """The rate up to now, from a running count."""
        self._looks = [*self._looks[-self._keep :], (seconds, count)]
        (first, before), (last, now) = self._looks[0], self._looks[-1]
        return (now - before) / (last - first) if last > first else 0.0
