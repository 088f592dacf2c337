"""Real receivers of alerts on loopback: an HTTP server and a mail server that answer as told."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.ports import free_ports

SILENT, ENDLESS, DRIPPING = 0, -1, -2
"""In place of a status: no answer before the server closes; an answer whose body, or whose head, does not end."""


class Hook:
    """An HTTP server that answers as told and keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.refusing: set[str] = set()
        """Episodes that are answered with 503, whatever else is told."""
        self.closing = threading.Event()
        self.requests: list[tuple[dict[str, str], Any]] = []
        self.times: list[float] = []
        """Monotonic seconds of each request."""
        self.pieces = 0
        """Of an answer without end."""
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                hook.times.append(time.monotonic())
                hook.requests.append((dict(self.headers), body))
                status, headers = hook._answer(body)
                if status == SILENT:
                    hook.closing.wait(10)
                if status == DRIPPING:
                    self.wfile.write(b"HTTP/1.0 200 ")
                    self._talk_on()
                self.send_response(status if status > 0 else 200)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if status == ENDLESS:
                    self._talk_on()

            def _talk_on(self) -> None:
                while not hook.closing.wait(0.02) and hook.pieces < 500:
                    self.wfile.write(b"and ")
                    self.wfile.flush()
                    hook.pieces += 1

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it so)
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that hangs up is what some tests are about."""

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        """Where to post; a part of it is a secret."""
        return f"http://127.0.0.1:{self.server.server_port}/secret-path"

    @property
    def told(self) -> list[str]:
        """The first episode of each request."""
        return [body["episodes"][0] for _, body in self.requests]

    def _answer(self, body: Any) -> tuple[int, dict[str, str]]:
        if self.refusing.intersection(body.get("episodes", ())):
            return 503, {}
        return self.answers.pop(0) if self.answers else (200, {})

    def close(self) -> None:
        """Ends it."""
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Mailbox:
    """What a mail server was given, and how it answers."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.most: int | None = None
        """How many mails are taken; those above are answered with 451."""
        self.receivers: dict[str, str] = {}
        """Answers to receivers that are not taken as they come."""
        self.taken: list[Envelope] = []
        self.offered: list[Message] = []
        """All mails, those that were refused too."""
        self.logins: list[LoginPassword] = []
        self.accepts_logins = True

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.receivers.get(address, "250 taken")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        self.offered.append(message_from_bytes(bytes(envelope.content or b"")))
        if self.answers:
            return self.answers.pop(0)
        if self.most is not None and len(self.taken) >= self.most:
            return "451 later"
        self.taken.append(envelope)
        return "250 taken"

    def authenticate(self, *arguments: Any) -> AuthResult:
        """Takes note of who logs in."""
        self.logins.append(arguments[-1])
        return AuthResult(success=self.accepts_logins, handled=False)


@contextmanager
def dripping_mail_server() -> Iterator[tuple[int, list[bytes]]]:
    """Port of a mail server whose greeting has no end, and the pieces of it that were sent."""
    pieces: list[bytes] = []
    closing = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                while not closing.wait(0.02) and len(pieces) < 500:
                    connection.sendall(b"2")
                    pieces.append(b"2")

        thread = threading.Thread(target=drip)
        thread.start()
        yield server.getsockname()[1], pieces
        closing.set()
        thread.join()


@contextmanager
def mail_server(box: Mailbox, tls: SSLContext | None = None, *, logins: bool = False) -> Iterator[int]:
    """Port of a mail server that fills a box; with TLS, it takes nothing before STARTTLS."""
    (port,) = free_ports(1)
    options = {"authenticator": box.authenticate, "auth_required": True, "auth_require_tls": tls is not None}
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        tls_context=tls,
        require_starttls=tls is not None,
        ready_timeout=60,
        **(options if logins else {}),
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
