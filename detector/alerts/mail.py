"""E-mail sink (SMTP)."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

from pydantic import SecretStr

from detector.alerts.alert import Alert
from detector.alerts.bounded_smtp import BoundedSMTP
from detector.alerts.errors import NotTakenError
from detector.alerts.templates import AlertText

_PERMANENT = 500
"""First of SMTP's permanent replies (RFC 5321, 4.2.1); 4xx are transient."""

_READS = 10
"""How many times the time of one read a whole mail may take; about as many replies as a mail to a few has."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and how to be let in; `timeout` is the seconds one read may take."""

    host: str
    port: int
    user: str | None
    password: SecretStr | None
    starttls: bool
    timeout: float


class MailSink:
    """Sends one mail per alert over a connection of its own: alerts are rare, idle connections are cut.

    Delivery: at least once. `Message-ID` is made from the alert's id, so mail programs drop repeats.
    """

    name = "mail"

    def __init__(
        self, server: MailServer, *, sender: str, receivers: tuple[str, ...], subject: AlertText, text: AlertText
    ) -> None:
        self._server = server
        self._sender = sender
        self._receivers = receivers
        self._subject = subject
        self._text = text

    def send(self, alert: Alert) -> None:
        """Hands one mail to the server; raises NotTakenError when it is not accepted for every receiver."""
        try:
            with self._connected() as connection:
                refused = connection.send_message(self._message(alert))
        except smtplib.SMTPResponseException as error:
            final = error.smtp_code >= _PERMANENT
            raise NotTakenError(f"mail: reply {error.smtp_code}", final=final) from error
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise NotTakenError(f"mail: all receivers refused {codes}", final=min(codes) >= _PERMANENT) from error
        except (OSError, smtplib.SMTPException) as error:
            # A server that offers no TLS or no login will not offer it next time.
            final = isinstance(error, smtplib.SMTPNotSupportedError)
            raise NotTakenError(f"mail: {type(error).__name__}", final=final) from error
        if refused:
            # The others get the repeat too, with the same Message-ID.
            final = min(code for code, _ in refused.values()) >= _PERMANENT
            raise NotTakenError(f"mail: {len(refused)} of {len(self._receivers)} receivers refused", final=final)

    def close(self) -> None:
        """Nothing is kept open."""

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        most = _READS * server.timeout
        connection = BoundedSMTP(server.host, server.port, timeout=server.timeout, most=most)
        try:
            if server.starttls:
                connection.starttls(context=ssl.create_default_context())
            if server.user and server.password:
                connection.login(server.user, server.password.get_secret_value())
        except BaseException:
            connection.close()
            raise
        return connection

    def _message(self, alert: Alert) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = ", ".join(self._receivers)
        message["Subject"] = " ".join(self._subject.fill(alert).split())
        message["Message-ID"] = f"<{alert.id}@fraud-detector>"
        message["X-Fraud-Alert"] = alert.id
        message.set_content(self._text.fill(alert))
        return message
