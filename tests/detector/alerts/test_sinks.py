"""Webhook and mail sinks against real servers on loopback."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from detector.alerts.errors import AlertTemplateError, NotTakenError
from detector.alerts.mail import MailServer, MailSink
from detector.alerts.templates import SUBJECT, TEXT, AlertText
from detector.alerts.webhook import WebhookSink, generic_body, slack_body
from tests.detector.alerts.test_delivery import ALERT

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Hook:
    """A real HTTP server that answers as told and keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.slow = threading.Event()
        self.requests: list[tuple[dict[str, str], Any]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                hook.requests.append((dict(self.headers), body))
                status, headers = hook.answers.pop(0) if hook.answers else (200, {})
                if status == 0:
                    hook.slow.wait(10)
                    status = 200
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it so)
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/secret-path"

    def close(self) -> None:
        self.slow.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture(name="hook")
def _hook() -> Iterator[Hook]:
    hook = Hook()
    yield hook
    hook.close()


def webhook(hook: Hook, timeout: float = 5.0) -> WebhookSink:
    return WebhookSink(hook.url, generic_body, timeout=timeout, now=lambda: NOW, token="s3cret")


def test_webhook_posts_all_fields_with_the_alert_id(hook: Hook) -> None:
    """A receiver gets every field as JSON, the id also as header, and the bearer token."""
    sink = webhook(hook)
    sink.send(ALERT)
    sink.close()
    headers, body = hook.requests[0]
    assert body["id"] == headers["Idempotency-Key"] == "a1"
    assert body["evidence"] == ["t0", "t1"]
    assert body["amount"] == "1000.00"
    assert headers["Authorization"] == "Bearer s3cret"


@pytest.mark.parametrize(
    ("status", "headers", "retry_after", "final"),
    [
        (500, {}, None, False),
        (429, {"Retry-After": "7"}, 7.0, False),
        (503, {"Retry-After": "Thu, 01 Jan 2026 00:00:30 GMT"}, 30.0, False),
        (429, {"Retry-After": "soon"}, None, False),
        (400, {}, None, True),
        (404, {}, None, True),
        (301, {"Location": "http://127.0.0.1:9/"}, None, True),
    ],
)
def test_webhook_reads_what_a_refusal_asks_for(
    hook: Hook, status: int, headers: dict[str, str], retry_after: float | None, final: bool
) -> None:
    """A refusal is told apart: come later, come at a time, or never."""
    hook.answers = [(status, headers)]
    sink = webhook(hook)
    with pytest.raises(NotTakenError, match=str(status)) as raised:
        sink.send(ALERT)
    sink.close()
    assert (raised.value.retry_after, raised.value.final) == (retry_after, final)


def test_webhook_gives_up_on_a_slow_answer(hook: Hook) -> None:
    """An answer slower than the timeout is a refusal that may be repeated, and its text names no address."""
    hook.answers = [(0, {})]
    sink = webhook(hook, timeout=0.2)
    with pytest.raises(NotTakenError, match="ReadTimeout") as raised:
        sink.send(ALERT)
    sink.close()
    assert not raised.value.final
    assert "secret-path" not in str(raised.value)


def test_slack_body_escapes_what_slack_reads_as_markup(hook: Hook) -> None:
    """A Slack-compatible receiver gets one text in which nothing of a record becomes a link or a mention."""
    body = slack_body(AlertText("$source <!channel> & $target"))(ALERT)
    assert body == {"text": "S &lt;!channel&gt; &amp; T"}


def test_template_with_an_unknown_place_is_refused() -> None:
    """A template that names what an alert does not have is refused with the list of what it has."""
    with pytest.raises(AlertTemplateError, match=r"\$acount.*\$amount"):
        AlertText("$acount")


class Mailbox:
    """What the mail server took, and how it answers."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.taken: list[Envelope] = []

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.answers:
            return self.answers.pop(0)
        self.taken.append(envelope)
        return "250 taken"


@pytest.fixture(name="mail")
def _mail() -> Iterator[tuple[MailSink, Mailbox]]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    server = MailServer("127.0.0.1", port, None, None, starttls=False, timeout=5)
    yield (
        MailSink(
            server,
            sender="detector@example.org",
            receivers=("a@example.org", "b@example.org"),
            subject=AlertText(SUBJECT),
            text=AlertText(TEXT),
        ),
        box,
    )
    controller.stop()


def test_mail_reaches_every_receiver(mail: tuple[MailSink, Mailbox]) -> None:
    """One mail goes to all receivers, with the alert's id as Message-ID so that mail programs drop repeats."""
    sink, box = mail
    sink.send(ALERT)
    envelope = box.taken[0]
    assert envelope.rcpt_tos == ["a@example.org", "b@example.org"]
    text = bytes(envelope.content or b"").decode()
    assert "Message-ID: <a1@fraud-detector>" in text
    assert "Subject: [BLOCK] 1000.00 EUR from S to T" in text
    assert "- 50 senders" in text


@pytest.mark.parametrize(("answer", "final"), [("451 later", False), ("554 never", True)])
def test_mail_tells_a_transient_reply_from_a_permanent_one(
    mail: tuple[MailSink, Mailbox], answer: str, final: bool
) -> None:
    """A 4xx reply may be repeated, a 5xx reply may not."""
    sink, box = mail
    box.answers = [answer]
    with pytest.raises(NotTakenError, match=answer[:3]) as raised:
        sink.send(ALERT)
    assert raised.value.final is final


def test_mail_server_that_is_gone_may_be_asked_again() -> None:
    """A refused connection is a refusal that may be repeated."""
    server = MailServer("127.0.0.1", 1, None, None, starttls=False, timeout=1)
    text = AlertText(TEXT)
    sink = MailSink(server, sender="a@example.org", receivers=("b@example.org",), subject=text, text=text)
    with pytest.raises(NotTakenError) as raised:
        sink.send(ALERT)
    assert not raised.value.final
