"""A server as a child process: started until it answers, stopped, killed, and never outliving the tests."""

import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.errors import StartError
from tests.waiting import wait_for

START_SECONDS = 90
STOP_SECONDS = 20
LOG_LINES = 15
"""How much of its log a server that does not come up shows."""


class ServerProcess(ABC):
    """One server process that can be stopped and started again on the same ports with the same data.

    Delivery: `stop` is an orderly end (SIGTERM), `kill` is a crash (SIGKILL); the data folder survives both.

    Args:
        folder: Folder of its own for data and log.
    """

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / f"{self.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._answered = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def launch(self) -> None:
        """Begin to start and do not wait; nothing happens where it runs already."""
        if self.running:
            return
        self.kill()
        with self.log.open("ab") as log:
            environment = dict(self._environment())
            self._process = subprocess.Popen(
                self._command(), cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        # The guard's input ends when the tests end, however they end; then it takes the server along.
        self._guard = subprocess.Popen(
            ["sh", "-c", f"read _; kill -9 {self._process.pid}"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def start(self) -> None:
        """Start, and return when the server answers; nothing happens where it has answered already.

        Raises:
            StartError: it ended at once or did not answer in time; the message holds the end of its log.
        """
        self.launch()
        if self._answered:
            return
        try:
            wait_for(lambda: not self.running or self._answers(), START_SECONDS, f"{self.name} to answer")
        except AssertionError as error:
            self.kill()
            raise StartError(f"{self.name} did not answer within {START_SECONDS} s. {self._end_of_log()}") from error
        if not self.running:
            raise StartError(f"{self.name} ended at once. {self._end_of_log()}")
        self._answered = True

    def stop(self) -> None:
        """End in order; killed where that takes too long."""
        if self._process is not None and self.running:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End at once, as a crash does."""
        for process in (self._guard, self._process):
            if process is not None:
                process.kill()
                process.wait()
                if process.stdin is not None:
                    process.stdin.close()
        self._guard = self._process = None
        self._answered = False

    @abstractmethod
    def _command(self) -> Sequence[str]: ...

    @abstractmethod
    def _environment(self) -> Mapping[str, str]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def _end_of_log(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_LINES:]
        return f"The end of {self.log}:\n" + "\n".join(lines)
