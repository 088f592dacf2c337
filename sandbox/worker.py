"""A thread whose error is not lost."""

import threading
from collections.abc import Callable


class Worker:
    """Runs a function in a thread of its own.

    Args:
        name: Of the thread.
        work: Ends by itself once it was told to.
    """

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self._work = work
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.error: Exception | None = None
        """What the function raised."""

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether the function has not returned yet."""
        return self._thread.is_alive()

    def join(self, seconds: float) -> bool:
        """Waits for the end; False when it does not come in time."""
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self.running

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 it is raised again where the run looks at its workers
            self.error = error
