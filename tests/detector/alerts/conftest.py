"""The alert service's topic and receivers."""

from collections.abc import Iterator

import pytest

from schemas.registry.confluent import end_client
from tests.detector.alerts.fraud_topic import FraudTopic
from tests.detector.alerts.receivers import Hook, Mailbox, mail_server
from tests.servers.platform import Platform


@pytest.fixture
def partitions() -> int:
    """Partitions of the fraud topic."""
    return 1


@pytest.fixture
def topic(platform: Platform, partitions: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[FraudTopic]:
    """The fraud topic, and settings under which an episode is quiet for a minute and a receiver has one."""
    for name, value in {
        "ALERTS_GROUP": f"{platform.prefix}.alerts",
        "ALERTS_HTTP_PORT": "-1",
        "ALERTS_FIRST_RETRY": "0.05",
        "ALERTS_QUIET": "60",
        "ALERTS_WEBHOOK_TIMEOUT": "60",
        "LOG_LEVEL": "error",
    }.items():
        monkeypatch.setenv(name, value)
    made = FraudTopic(platform, partitions)
    yield made
    end_client(made.client)


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    """A webhook that the environment names."""
    made = Hook()
    monkeypatch.setenv("ALERTS_WEBHOOK_URL", made.url)
    yield made
    made.close()


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server that the environment names."""
    made = Mailbox()
    with mail_server(made) as port:
        for name, value in {
            "ALERTS_SMTP_HOST": "127.0.0.1",
            "ALERTS_SMTP_PORT": str(port),
            "ALERTS_SMTP_STARTTLS": "false",
            "ALERTS_MAIL_FROM": "detector@example.org",
            "ALERTS_MAIL_TO": "a@example.org, b@example.org",
        }.items():
            monkeypatch.setenv(name, value)
        yield made
