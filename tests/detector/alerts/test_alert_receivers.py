"""The alert service with receivers that fail, are slow, or ask for patience."""

import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.detector.alerts.fraud_topic import FraudTopic, flagged, read_letters, running
from tests.detector.alerts.receivers import SILENT, Hook, Mailbox
from tests.servers.platform import Platform
from tests.waiting import wait_for

SANDBOX = pytest.mark.parametrize("platform", ["sandbox"], indirect=True)
REAL = pytest.mark.parametrize("platform", [pytest.param("real", marks=pytest.mark.real)], indirect=True)
"""The embedded broker lets nobody into a group that its last member has left."""


def episode_of(mail: object) -> str:
    """The episode that a mail names."""
    return str(mail).partition("Episode ")[2].partition(",")[0]


@REAL
def test_mail_survives_failures_and_a_restart_in_the_middle(topic: FraudTopic, box: Mailbox) -> None:
    """No episode is lost when mail is refused and the service stops meanwhile; repeats keep their Message-ID."""
    topic.write(*(flagged(number, f"e{number}") for number in range(4)))
    box.answers, box.most = ["451 later"], 2
    with running():
        wait_for(lambda: len(box.offered) >= 6, 90, "the third mail to be refused again and again")
    assert [episode_of(mail) for mail in box.offered[:6]] == ["e0", "e0", "e1", "e2", "e2", "e2"]
    box.most = None
    with running():
        wait_for(lambda: len(box.taken) >= 4, 90, "the last mail")
    ids = defaultdict(set)
    for mail in box.offered:
        ids[episode_of(mail)].add(mail["Message-ID"])
    assert sorted(ids) == ["e0", "e1", "e2", "e3"]
    assert all(len(each) == 1 for each in ids.values())
    assert len({next(iter(each)) for each in ids.values()}) == 4


@SANDBOX
def test_receiver_is_not_asked_before_the_time_it_names(topic: FraudTopic, hook: Hook) -> None:
    """429 with Retry-After in seconds, then with an HTTP date: the alert comes when it may, with the same id."""
    topic.write(flagged(0, "e0"))
    date = (datetime.fromtimestamp(time.time_ns() / 1e9, UTC) + timedelta(seconds=4)).replace(microsecond=0)
    hook.answers = [(429, {"Retry-After": "1"}), (429, {"Retry-After": format_datetime(date, usegmt=True)})]
    with running():
        wait_for(lambda: len(hook.requests) >= 3, 90, "the alert to be taken")
    taken = datetime.fromtimestamp(time.time_ns() / 1e9, UTC) - timedelta(seconds=time.monotonic() - hook.times[2])
    assert hook.times[1] - hook.times[0] >= 1
    assert taken >= date - timedelta(milliseconds=50)
    assert len({headers["Idempotency-Key"] for headers, _ in hook.requests}) == 1


@SANDBOX
def test_slow_receiver_is_asked_again_with_the_same_id(
    topic: FraudTopic, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that does not come in time may have been a yes; the repeat can be told by its id."""
    monkeypatch.setenv("ALERTS_WEBHOOK_TIMEOUT", "0.5")
    topic.write(flagged(0, "e0"), flagged(1, "e1"))
    hook.answers = [(SILENT, {}), (SILENT, {})]
    with running():
        wait_for(lambda: "e1" in hook.told, 90, "both alerts")
    assert list(dict.fromkeys(hook.told)) == ["e0", "e1"]
    assert hook.told.count("e0") >= 3
    assert len({headers["Idempotency-Key"] for headers, _ in hook.requests}) == 2


@SANDBOX
def test_alert_that_is_refused_for_too_long_becomes_a_dead_letter(
    topic: FraudTopic, hook: Hook, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the bounded time the alert is written off with its bytes and the time of burial, and the next is told."""
    monkeypatch.setenv("ALERTS_GIVE_UP_AFTER", "3")
    begun = time.time_ns() // 1_000_000
    refused = flagged(0, "e0")
    topic.write(refused, flagged(1, "e1"))
    hook.refusing = {"e0"}
    with running():
        wait_for(lambda: hook.told[-1:] == ["e1"], 90, "the next alert")
        (letter,) = read_letters(topic, platform, 1)
    assert hook.told.count("e0") >= 2
    assert (letter["reason"], letter["stage"]) == ("DELIVERY", "alert:webhook")
    assert f"after {hook.told.count('e0')} tries" in letter["message"]
    assert letter["value"] == topic.writer.encode(refused)
    assert letter["buried_at_ms"] >= begun, "retention counts from a record's own time"


@SANDBOX
def test_receiver_that_refuses_does_not_keep_the_alert_from_others(
    topic: FraudTopic, hook: Hook, box: Mailbox, platform: Platform
) -> None:
    """Of two sinks one refuses for good: the other is told all, and the dead letter names the one."""
    topic.write(flagged(0, "e0"), flagged(1, "e1"))
    hook.answers = [(400, {})]
    with running():
        wait_for(lambda: len(box.taken) == len(hook.requests) == 2, 90, "two mails and two posts")
        (letter,) = read_letters(topic, platform, 1)
    assert [episode_of(mail) for mail in box.offered] == ["e0", "e1"]
    assert letter["stage"] == "alert:webhook"


@SANDBOX
def test_alerts_over_the_rate_wait_for_their_turn(
    topic: FraudTopic, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 62 alerts with 60 a minute the last comes seconds after the first, and none is dropped."""
    monkeypatch.setenv("ALERTS_RATE_PER_MINUTE", "60")
    topic.write(*(flagged(number, f"e{number}") for number in range(62)))
    with running():
        wait_for(lambda: len(hook.requests) >= 62, 90, "all alerts")
    assert hook.told == [f"e{number}" for number in range(62)]
    assert hook.times[61] - hook.times[0] >= 1


@SANDBOX
def test_registry_that_comes_back_is_asked_again(
    topic: FraudTopic,
    hook: Hook,
    platform: Platform,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A record whose schema cannot be asked for waits, and is told as soon as it can be."""
    monkeypatch.setenv("LOG_LEVEL", "info")
    with running():
        wait_for(lambda: "alerts_started" in capsys.readouterr().err, 90, "the service to have met the registry")
        platform.stop_registry()
        topic.write(flagged(0, "e0"), flagged(1, "e1"))
        wait_for(lambda: "registry_unreachable" in capsys.readouterr().err, 90, "the service to ask in vain")
        platform.start_registry()
        wait_for(lambda: len(hook.requests) >= 2, 90, "the alerts")
    assert hook.told == ["e0", "e1"]


@SANDBOX
def test_secrets_are_nowhere_to_be_read(
    topic: FraudTopic,
    hook: Hook,
    box: Mailbox,
    platform: Platform,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Neither the log at its loudest nor a dead letter holds the webhook's path, its token, or the mail password."""
    secrets = {"ALERTS_WEBHOOK_TOKEN": "t0ken-s3cret", "ALERTS_SMTP_PASSWORD": "mail-s3cret"}
    for name, value in {**secrets, "ALERTS_SMTP_USER": "detector", "LOG_LEVEL": "debug"}.items():
        monkeypatch.setenv(name, value)
    topic.write(flagged(0, "e0"))
    hook.answers = [(500, {}), (401, {})]
    with running():
        letters = read_letters(topic, platform, 2)
    said = "".join(capfd.readouterr()) + str([(each["message"], each["headers"]) for each in letters])
    assert {each["stage"] for each in letters} == {"alert:webhook", "alert:mail"}
    assert "alerts_started" in said
    assert not [secret for secret in (*secrets.values(), "secret-path", hook.url) if secret in said]
