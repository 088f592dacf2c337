"""The sinks that the settings ask for."""

from collections.abc import Callable
from datetime import datetime

from detector.alerts.mail import MailServer, MailSink
from detector.alerts.settings import AlertSettings
from detector.alerts.sink import Sink
from detector.alerts.templates import AlertText
from detector.alerts.webhook import WebhookSink, generic_body, slack_body


def sinks_of(settings: AlertSettings, now: Callable[[], datetime]) -> tuple[Sink, ...]:
    """Every sink with an address in `settings`; none where there is no address.

    Raises:
        AlertTemplateError: a template names a place that an alert does not have.
    """
    text = AlertText(settings.text)
    found: list[Sink] = []
    if settings.webhook_url:
        found.append(
            WebhookSink(
                settings.webhook_url.get_secret_value(),
                slack_body(text) if settings.webhook_format == "slack" else generic_body,
                timeout=settings.webhook_timeout,
                now=now,
                token=settings.webhook_token.get_secret_value() if settings.webhook_token else None,
            )
        )
    if settings.smtp_host:
        found.append(_mail(settings, text))
    return tuple(found)


def _mail(settings: AlertSettings, text: AlertText) -> MailSink:
    server = MailServer(
        host=settings.smtp_host or "",
        port=settings.smtp_port,
        user=settings.smtp_user,
        password=settings.smtp_password,
        starttls=settings.smtp_starttls,
        timeout=settings.smtp_timeout,
    )
    subject = AlertText(settings.subject_template)
    return MailSink(server, sender=settings.mail_from or "", receivers=settings.receivers, subject=subject, text=text)
