"""What answers at SCHEMA_REGISTRY_URL and is no schema registry."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from schemas.errors import RegistryRefusedError
from schemas.registry.client import RegistryClient
from schemas.settings import RegistrySettings


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """A server that answers every GET with `body`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keeps the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("body", [b'{"status": "up"}', b"[]", b"<html></html>", b""])
def test_ready_where_something_else_answers_is_refused(body: bytes) -> None:
    """A program that is no registry is told apart at the first question, with the setting to look at."""
    with (
        answering(body) as url,
        RegistryClient(RegistrySettings(url=url)) as client,
        pytest.raises(RegistryRefusedError, match="SCHEMA_REGISTRY_URL"),
    ):
        client.ready()
