"""`fraud-detector alerts`."""


def alerts() -> None:
    """Tell people about flagged payments until SIGTERM or SIGINT: by webhook, by mail, once per episode.

    Set by the environment: ALERTS_WEBHOOK_URL (with ALERTS_WEBHOOK_FORMAT json or slack), ALERTS_SMTP_HOST,
    ALERTS_MAIL_FROM, ALERTS_MAIL_TO, and what else begins with ALERTS_. What no receiver takes within
    ALERTS_GIVE_UP_AFTER seconds goes to ALERTS_DEAD_LETTER_TOPIC.

    Example: ALERTS_WEBHOOK_URL=http://localhost:9000/hook fraud-detector alerts
    """
    from detector.alerts.start import start
    from messaging.signals import stop_on_signals

    with stop_on_signals() as stop:
        start(stop)
