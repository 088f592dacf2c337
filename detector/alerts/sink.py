"""Where alerts go: the port that every sink fills."""

from typing import Protocol

from detector.alerts.alert import Alert


class Sink(Protocol):
    """One receiver of alerts."""

    @property
    def name(self) -> str:
        """Short name for logs, metrics and dead letters; never holds a secret."""
        ...

    def send(self, alert: Alert) -> None:
        """Hands one alert over.

        Raises:
            NotTakenError: the receiver did not take it.
        """
        ...

    def close(self) -> None:
        """Releases connections."""
        ...
