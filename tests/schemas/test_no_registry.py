"""What answers at SCHEMA_REGISTRY_URL and is no schema registry."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from schemas.errors import RegistryRefusedError
from schemas.registry.client import RegistryClient
from schemas.registry.registered import SchemaText
from schemas.settings import RegistrySettings
from tests.schemas.schema_pairs import run

__all__ = ["run"]

TEXT = SchemaText('"string"')
FOREIGN = [b"", b"null", b"[1, 2]", b'"x"', b"{}", b"7"]
LEVEL = b'{"compatibilityLevel": "FULL"}'


@contextmanager
def answering(body: bytes, status: int = 200, *, level: bytes | None = None) -> Iterator[str]:
    """A server that answers everything with `body`, but the global level with `level` if one is given."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer_anything()

        def do_POST(self) -> None:
            self._answer_anything()

        def _answer_anything(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            known = level is not None and self.path == "/config"
            self._answer(*((200, level) if known else (status, body)))

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keeps the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
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


ASKED = {
    "versions": lambda client: client.versions("t-value"),
    "version": lambda client: client.version("t-value", 1),
    "look up": lambda client: client.look_up("t-value", TEXT),
    "level": lambda client: client.level("t-value"),
    "schema by id": lambda client: client.schema_by_id(1),
}
"""Questions that a registry may answer with "there is none"."""

EVERY_QUESTION = ASKED | {
    "subjects": lambda client: client.subjects(),
    "mode": lambda client: client.mode("t-value"),
    "check": lambda client: client.check("t-value", TEXT),
    "register": lambda client: client.register("t-value", TEXT),
}
LISTED = {"versions": b'["x"]', "subjects": b"[1]"}
"""What is a list of something else, for the questions that are answered with a list."""


@pytest.mark.parametrize("question", EVERY_QUESTION)
def test_answer_of_another_shape_is_refused(question: str) -> None:
    """Whatever a registry is asked, a body that no registry sends is one line with the next step."""
    for body in (*(body for body in FOREIGN if question != "versions" or body != b"[1, 2]"), LISTED.get(question, b"")):
        with answering(body) as url, RegistryClient(RegistrySettings(url=url)) as client:
            with pytest.raises(RegistryRefusedError, match="SCHEMA_REGISTRY_URL") as raised:
                EVERY_QUESTION[question](client)
            assert "\n" not in str(raised.value)


@pytest.mark.parametrize("question", ASKED)
def test_status_404_without_a_code_of_a_registry_is_refused(question: str) -> None:
    """A web server or gateway that knows no such path does not say that a subject holds nothing."""
    for body in (b"", b"<html>no such page</html>", b'{"error_code": 404, "message": "HTTP 404 Not Found"}'):
        with (
            answering(body, 404) as url,
            RegistryClient(RegistrySettings(url=url)) as client,
            pytest.raises(RegistryRefusedError, match="check the path in SCHEMA_REGISTRY_URL"),
        ):
            ASKED[question](client)


@pytest.mark.parametrize("code", [40401, 40402, 40403, 40408])
def test_status_404_with_a_code_of_a_registry_is_absence(code: int) -> None:
    """What a registry says is not there comes back as nothing."""
    body = json.dumps({"error_code": code, "message": "not found"}).encode()
    with answering(body, 404) as url, RegistryClient(RegistrySettings(url=url)) as client:
        assert not any(ask(client) for ask in ASKED.values())


@pytest.mark.parametrize(
    ("body", "status"),
    [*((body, 200) for body in FOREIGN), (b"<html></html>", 200), (b"no such page", 404), (b"denied", 403)],
)
def test_check_against_what_is_no_registry_could_not(run, body: bytes, status: int) -> None:
    """An address of something else never says that a contract was never registered: one line, exit 2."""
    with answering(body, status) as url:
        code, out, err = run("check", "--against", url)
    assert (code, out) == (2, "")
    assert err.startswith("fraud-schemas: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("body", FOREIGN)
def test_check_against_a_half_registry_could_not(run, body: bytes) -> None:
    """Where only the level is a registry's, no version is said to be missing or deleted."""
    with answering(body, level=LEVEL) as url:
        code, out, err = run("check", "--against", url)
    assert (code, out) == (2, "")
    assert "SCHEMA_REGISTRY_URL" in err
