"""What the alerts count."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class AlertCounters:
    """Counted since the process began; `by sink` maps hold a count per sink name.

    Attributes:
        read: Flagged records read.
        quiet: Records not told because their episodes had just been told.
        below_level: Records not told because their level is below the minimum.
        delivered: Alerts taken, by sink.
        tries: Tries made, by sink; tries beyond `delivered` are repeats.
        undeliverable: Alerts written to the dead-letter topic, by sink.
        unreadable: Records of the fraud topic that do not decode; each is a dead letter.
    """

    read: int = 0
    quiet: int = 0
    below_level: int = 0
    unreadable: int = 0
    delivered: dict[str, int] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    undeliverable: dict[str, int] = field(default_factory=dict)
