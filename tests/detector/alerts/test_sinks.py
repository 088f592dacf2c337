"""Webhook and mail sinks against real servers on loopback."""

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from detector.alerts.errors import AlertTemplateError, NotTakenError
from detector.alerts.mail import MailServer, MailSink
from detector.alerts.templates import SUBJECT, TEXT, AlertText
from detector.alerts.webhook import WebhookSink, generic_body, slack_body
from tests.detector.alerts.receivers import DRIPPING, ENDLESS, SILENT, Hook, Mailbox, dripping_mail_server, mail_server
from tests.detector.alerts.test_delivery import ALERT
from tests.schemas.certificates import Authority

NOW = datetime(2026, 1, 1, tzinfo=UTC)


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
        (503, {"Retry-After": "Wed, 31 Dec 2025 23:59:59 GMT"}, 0.0, False),
        (429, {"Retry-After": "soon"}, None, False),
        (429, {"Retry-After": "\u00b2"}, None, False),
        (429, {"Retry-After": "-1"}, None, False),
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
    hook.answers = [(SILENT, {})]
    sink = webhook(hook, timeout=0.2)
    with pytest.raises(NotTakenError, match=r"webhook: no answer within 0\.2 s") as raised:
        sink.send(ALERT)
    sink.close()
    assert not raised.value.final
    assert "secret-path" not in str(raised.value)


def test_webhook_gives_up_on_an_answer_that_drips(hook: Hook) -> None:
    """A receiver that sends a bit of its answer now and then has no more time than one that sends none."""
    hook.answers = [(DRIPPING, {})]
    sink = webhook(hook, timeout=0.2)
    with pytest.raises(NotTakenError, match="no answer"):
        sink.send(ALERT)
    assert hook.pieces < 100
    sink.send(ALERT)
    sink.close()


def test_webhook_does_not_wait_for_the_end_of_an_answer(hook: Hook) -> None:
    """A receiver that took the alert and talks on without end does not hold up the next one."""
    hook.answers = [(ENDLESS, {})]
    sink = webhook(hook)
    sink.send(ALERT)
    sink.send(ALERT)
    sink.close()
    assert len(hook.requests) == 2
    assert hook.pieces < 100


def test_slack_body_escapes_what_slack_reads_as_markup(hook: Hook) -> None:
    """A Slack-compatible receiver gets one text in which nothing of a record becomes a link or a mention."""
    body = slack_body(AlertText("$source <!channel> & $target"))(ALERT)
    assert body == {"text": "S &lt;!channel&gt; &amp; T"}


def test_template_with_an_unknown_place_is_refused() -> None:
    """A template that names what an alert does not have is refused with the list of what it has."""
    with pytest.raises(AlertTemplateError, match=r"\$acount.*\$amount"):
        AlertText("$acount")


def mail_sink(port: int, *, starttls: bool = False, timeout: float = 5, user: str | None = None) -> MailSink:
    server = MailServer("127.0.0.1", port, user, SecretStr("s3cret") if user else None, starttls, timeout)
    return MailSink(
        server,
        sender="detector@example.org",
        receivers=("a@example.org", "b@example.org"),
        subject=AlertText(SUBJECT),
        text=AlertText(TEXT),
    )


@pytest.fixture(name="mail")
def _mail() -> Iterator[tuple[MailSink, Mailbox]]:
    box = Mailbox()
    with mail_server(box) as port:
        yield mail_sink(port), box


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


@pytest.mark.parametrize(
    ("answers", "final"),
    [
        ({"b@example.org": "450 later"}, False),
        ({"b@example.org": "550 never"}, True),
        ({"a@example.org": "550 never", "b@example.org": "450 later"}, False),
        ({"a@example.org": "550 never", "b@example.org": "550 never"}, True),
    ],
    ids=["one later", "one never", "one never, one later", "all never"],
)
def test_mail_that_some_receivers_refuse_is_not_taken(
    mail: tuple[MailSink, Mailbox], answers: dict[str, str], final: bool
) -> None:
    """An alert is taken when all receivers are; it is repeated while one of them may be taken later."""
    sink, box = mail
    box.receivers = answers
    with pytest.raises(NotTakenError, match="receivers refused") as raised:
        sink.send(ALERT)
    assert raised.value.final is final


def test_mail_is_not_handed_over_without_the_tls_that_is_asked_for() -> None:
    """A server that offers no STARTTLS gets neither password nor mail, now and later."""
    box = Mailbox()
    with mail_server(box) as port, pytest.raises(NotTakenError, match="NotSupported") as raised:
        mail_sink(port, starttls=True, user="detector").send(ALERT)
    assert raised.value.final
    assert (box.logins, box.offered) == ([], [])


def test_mail_gives_up_on_a_slow_answer() -> None:
    """A server that says nothing is a refusal that may be repeated."""
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotTakenError, match="Disconnected") as raised:
        mail_sink(silent.getsockname()[1], timeout=0.2).send(ALERT)
    assert not raised.value.final


def test_mail_server_that_is_gone_may_be_asked_again() -> None:
    """A refused connection is a refusal that may be repeated."""
    with pytest.raises(NotTakenError) as raised:
        mail_sink(1, timeout=1).send(ALERT)
    assert not raised.value.final


@pytest.fixture(name="tls")
def _tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ssl.SSLContext]:
    """Makes what a server shows: a certificate of the authority that this process trusts, or of another one."""
    monkeypatch.setenv("SSL_CERT_FILE", str(Authority(tmp_path, "unused").certificate))

    def context(name: str) -> ssl.SSLContext:
        authority = Authority(tmp_path, name)
        if name == "trusted":
            monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
        issued = authority.issue("localhost")
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(issued.certificate, issued.key)
        return made

    return context


def test_mail_logs_in_behind_tls(tls: Callable[[str], ssl.SSLContext]) -> None:
    """User and password are given to a server that is who it says, and the mail is taken."""
    box = Mailbox()
    with mail_server(box, tls("trusted"), logins=True) as port:
        mail_sink(port, starttls=True, user="detector").send(ALERT)
    assert [(each.login, each.password) for each in box.logins] == [(b"detector", b"s3cret")]
    assert len(box.taken) == 1


def test_mail_to_a_server_nobody_trusts_is_not_sent(tls: Callable[[str], ssl.SSLContext]) -> None:
    """A server with a certificate of an unknown authority sees neither password nor mail."""
    box = Mailbox()
    with (
        mail_server(box, tls("stranger"), logins=True) as port,
        pytest.raises(NotTakenError, match="SSLCertVerificationError") as raised,
    ):
        mail_sink(port, starttls=True, user="detector").send(ALERT)
    assert not raised.value.final
    assert (box.logins, box.offered) == ([], [])


def test_mail_with_a_wrong_password_is_refused_for_good(tls: Callable[[str], ssl.SSLContext]) -> None:
    """A refused login is no matter of time, and its text does not hold the password."""
    box = Mailbox()
    box.accepts_logins = False
    with mail_server(box, tls("trusted"), logins=True) as port, pytest.raises(NotTakenError, match="535") as raised:
        mail_sink(port, starttls=True, user="detector").send(ALERT)
    assert raised.value.final
    assert "s3cret" not in str(raised.value)


def test_mail_server_that_drips_is_cut_off() -> None:
    """A server that sends a bit of its reply now and then is left after ten times the time of one read."""
    with dripping_mail_server() as (port, pieces):
        with pytest.raises(NotTakenError) as raised:
            mail_sink(port, timeout=0.05).send(ALERT)
        assert not raised.value.final
        assert len(pieces) < 200
