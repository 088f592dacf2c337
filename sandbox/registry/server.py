"""The registry on a loopback port, in a thread of this process."""

import socket
import threading
import time
from types import TracebackType
from typing import Self

import uvicorn

from sandbox.errors import PortInUseError, SandboxError
from sandbox.registry.registry import Registry
from sandbox.registry.routes import application

HOST = "127.0.0.1"
START_SECONDS = 20.0
STOP_SECONDS = 10.0


class RegistryServer:
    """A schema registry that answers like Confluent's, in this process.

    What it does not do stands in `sandbox.limits`.

    Delivery: what was registered stays over `stop` and `start` and is gone with the object; a request that `stop` cuts
    off may have been done.

    Args:
        port: Port on 127.0.0.1; 0 takes a free one, and keeps it over `stop` and `start`.
    """

    def __init__(self, *, port: int = 0) -> None:
        self.registry = Registry(lambda: time.time_ns() // 1_000_000)
        """The state; may be read and changed while the server runs or is stopped."""
        self._port = port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Address for `SCHEMA_REGISTRY_URL`; known after the first `start`."""
        return f"http://{HOST}:{self._port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen and answer; does nothing while running.

        Raises:
            PortInUseError: another process has the port.
            SandboxError: the server does not come up in time.
        """
        if self._server is not None:
            return
        listener = self._listen()
        self._port = listener.getsockname()[1]
        config = uvicorn.Config(
            application(self.registry), log_config=None, access_log=False, timeout_graceful_shutdown=1, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="schema-registry", daemon=True
        )
        self._thread.start()
        self._await_started()

    def stop(self) -> None:
        """Answer no more and close the port; does nothing while stopped."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS)
        self._server = self._thread = None

    def _listen(self) -> socket.socket:
        # With the protocol named asyncio sets TCP_NODELAY; without it each answer waits 40 ms for an acknowledgement.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, self._port))
        except OSError as error:
            listener.close()
            raise PortInUseError(f"Port {self._port} on {HOST} is taken ({error}). Name another one, or 0.") from error
        return listener

    def _await_started(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self._server is not None and not self._server.started:
            if time.monotonic() > deadline or self._thread is None or not self._thread.is_alive():
                raise SandboxError(f"The registry does not answer on {self.url} after {START_SECONDS:.0f} s.")
            time.sleep(0.005)
