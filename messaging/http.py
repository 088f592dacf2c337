"""The port an operator looks at: metrics, and whether the service lives and is ready."""

import socket
import threading
from collections.abc import Callable
from types import TracebackType

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from messaging.errors import MessagingError

START_SECONDS = 10.0
"""Bound on starting and on stopping the server."""

BACKLOG = 128
"""Connections that may wait to be taken."""


class HealthServer:
    """Serves `/metrics`, `/livez` and `/readyz` from a thread of its own.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one, see `port`.
        registry: Metrics.
        alive: None while the work goes round, otherwise what is wrong.
        ready: None while records can be processed, otherwise what is missing.

    Raises:
        MessagingError: the port is taken.
    """

    def __init__(
        self,
        host: str,
        port: int,
        registry: CollectorRegistry,
        *,
        alive: Callable[[], str | None],
        ready: Callable[[], str | None],
    ) -> None:
        self._registry = registry
        self._socket = _listening(host, port)
        self.port: int = self._socket.getsockname()[1]
        """Port that is listened on."""
        app = Starlette(
            routes=[
                Route("/metrics", self._metrics),
                Route("/livez", lambda _: _answer(alive())),
                Route("/readyz", lambda _: _answer(ready())),
            ]
        )
        self._server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="health", daemon=True
        )

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stops answering and frees the port."""
        self._server.should_exit = True
        self._thread.join(START_SECONDS)
        self._socket.close()

    def __enter__(self) -> "HealthServer":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _metrics(self, request: Request) -> Response:  # noqa: ARG002 Starlette's signature
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)


def _listening(host: str, port: int) -> socket.socket:
    """Bound before the thread starts, so that a taken port is an error here and not a dead thread."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Two sockets may be bound to one port as long as neither listens.
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise MessagingError(
            f"Port {port} on {host} cannot be listened on: {error.strerror}. Name another port."
        ) from error
    return listener


def _answer(problem: str | None) -> PlainTextResponse:
    return PlainTextResponse("ok\n" if problem is None else f"{problem}\n", status_code=200 if problem is None else 503)
