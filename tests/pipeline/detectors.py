"""Detectors as processes of their own, which can be killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
FAULTY = Path(__file__).with_name("faulty_detector.py")

QUICK = {
    # transactions stay open long enough for a kill to meet one, and are missed soon after it
    "LOOP_COMMIT_INTERVAL": "0.4",
    "LOOP_SESSION_TIMEOUT": "2",
    "LOOP_TRANSACTION_TIMEOUT": "3",
    "DETECTOR_HTTP_PORT": "-1",
    "DETECTOR_RULES": "threshold",
    "LOG_FORMAT": "json",
}
"""Settings under which a rebalance takes a second or two."""


class DetectorProcess:
    """One `python -m detector run`.

    Args:
        environment: Variables that point it at broker, registry and topics.
        log: File its standard error goes to.
        faults: Arguments of `faulty_detector.py`, to run that instead.
    """

    def __init__(self, environment: Mapping[str, str], log: Path, faults: Sequence[str] = ()) -> None:
        command = [str(FAULTY), *faults] if faults else ["-m", "detector", "run"]
        self._environment = {**os.environ, **QUICK, **environment}
        self._command = [sys.executable, "-X", "faulthandler", *command]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Starts it, again after a kill."""
        with self._log.open("ab") as log:
            self._started_at = log.tell()
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def kill(self) -> None:
        """Ends it as a crash would: no handler runs, no transaction is ended."""
        assert self._process is not None
        assert self._process.poll() is None, f"It ended by itself before it was killed: {self.log_end}"
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(60)

    def terminate(self, seconds: float = 60.0) -> int:
        """Asks it to stop; its exit status, which must come within `seconds`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(seconds)

    def wait(self, seconds: float) -> int:
        """Its exit status, when it ends by itself."""
        assert self._process is not None
        return self._process.wait(seconds)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def log_text(self) -> str:
        """All it has logged since it was last started."""
        return self._log.read_bytes()[self._started_at :].decode()

    @property
    def log_end(self) -> str:
        """The last it has logged."""
        return self.log_text[-3000:]

    def wait_for_event(self, event: str, seconds: float = 60.0) -> None:
        """Waits until it has logged an event, or ended."""
        wait_for(lambda: f'"event": "{event}"' in self.log_text or not self.running, seconds, f"{event} of a detector")
        assert self.running, f"It ended instead of logging {event}: {self.log_end}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.running:
            self.kill()
