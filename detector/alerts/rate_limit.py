"""A bound on alerts per minute."""


class RateLimit:
    """Token bucket: at most `per_minute` alerts a minute over time, at most that many at once.

    Args:
        per_minute: Alerts a minute; 0 sets no bound.

    Delivery: an alert over the bound waits, it is never dropped; the bucket is full again after a restart.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._tokens = float(per_minute)
        self._at: float | None = None

    def wait(self, now: float) -> float:
        """Seconds to wait before the next alert may go, taking its place; `now` in seconds of any steady clock."""
        if self._per_minute == 0:
            return 0.0
        if self._at is not None:
            gained = (now - self._at) * self._per_minute / 60
            self._tokens = min(float(self._per_minute), self._tokens + gained)
        self._at = now
        self._tokens -= 1
        return max(0.0, -self._tokens * 60 / self._per_minute)
