"""Retries with backoff, a rate limit, and an end after a bounded time."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from detector.alerts.alert import Alert
from detector.alerts.errors import DeliveryStoppedError, NotTakenError, UndeliverableError
from detector.alerts.rate_limit import RateLimit
from detector.alerts.sink import Sink


@dataclass(frozen=True, slots=True)
class Backoff:
    """First wait, longest wait and the total time an alert is tried for, in seconds."""

    first: float = 0.5
    longest: float = 30.0
    give_up_after: float = 300.0


class Delivery:
    """Hands alerts to one sink until it takes them, or the time is over.

    Args:
        sink: The receiver.
        backoff: Waits double from `first` to `longest`, each shortened by up to a half at random.
        limit: Bound on alerts a minute.
        clock: Steady seconds.
        pause: Waits so many seconds; returns True when the process is asked to stop.

    Delivery: at least once; an alert whose answer was lost is sent again with the same id.
    """

    def __init__(
        self,
        sink: Sink,
        *,
        backoff: Backoff,
        limit: RateLimit,
        clock: Callable[[], float],
        pause: Callable[[float], bool],
        rng: random.Random,
    ) -> None:
        self.sink = sink
        self._backoff = backoff
        self._limit = limit
        self._clock = clock
        self._pause = pause
        self._rng = rng

    def deliver(self, alert: Alert) -> int:
        """Sends one alert and returns how many tries it took.

        Raises:
            UndeliverableError: the receiver said no for good, or the bounded time is over.
            DeliveryStoppedError: the process was asked to stop meanwhile.
        """
        self._wait(self._limit.wait(self._clock()))
        end = self._clock() + self._backoff.give_up_after
        tries = 0
        while True:
            tries += 1
            try:
                self.sink.send(alert)
            except NotTakenError as error:
                wait = self._next_wait(error, tries)
                if error.final or self._clock() + wait > end:
                    raise UndeliverableError(f"{error}, after {tries} tries") from error
                self._wait(wait)
            else:
                return tries

    def _next_wait(self, error: NotTakenError, tries: int) -> float:
        if error.retry_after is not None:
            return error.retry_after
        doubled = self._backoff.first * 2.0 ** min(tries - 1, 30)
        return min(self._backoff.longest, doubled) * (1 - self._rng.random() / 2)

    def _wait(self, seconds: float) -> None:
        if seconds > 0 and self._pause(seconds):
            raise DeliveryStoppedError
