"""Settings of the alerts that make no sense are refused in one line, without what is secret in them."""

import sys
from pathlib import Path

import pytest

from detector.alerts.settings import AlertSettings
from detector.alerts.sinks import sinks_of
from detector.cli import main
from detector.errors import SettingsError
from schemas.environment import from_environment
from schemas.errors import ContractError
from tests.detector.alerts.test_sinks import NOW


def settings(monkeypatch: pytest.MonkeyPatch, **variables: str) -> AlertSettings:
    """The settings of an environment."""
    for name, value in variables.items():
        monkeypatch.setenv(f"ALERTS_{name.upper()}", value)
    return from_environment(AlertSettings)


@pytest.mark.parametrize(
    "url", ["hooks.example.org/s3cret", "ftp://example.org/s3cret", "http:///s3cret", "https://[s3cret", "s3cret"]
)
def test_webhook_address_that_cannot_be_posted_to_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """The variable is named and the address, which is a secret, is not shown."""
    with pytest.raises(ContractError, match="ALERTS_WEBHOOK_URL is no http:// or https:// address") as raised:
        settings(monkeypatch, webhook_url=url)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"smtp_host": "mail", "mail_to": "a@example.org"}, "ALERTS_MAIL_FROM"),
        ({"smtp_host": "mail", "mail_from": "a@example.org"}, "ALERTS_MAIL_TO"),
        ({"webhook_format": "xml"}, "ALERTS_WEBHOOK_FORMAT"),
        ({"quiet": "-1"}, "ALERTS_QUIET"),
        ({"give_up_after": "0"}, "ALERTS_GIVE_UP_AFTER"),
    ],
)
def test_setting_that_makes_no_sense_is_named(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str
) -> None:
    """What is missing or out of bounds is named by its variable."""
    with pytest.raises(ContractError, match=named):
        settings(monkeypatch, **variables)


def test_secrets_are_masked_in_the_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing the settings shows none of them."""
    shown = repr(settings(monkeypatch, webhook_url="http://h/s3cret", webhook_token="s3cret", smtp_password="s3cret"))
    assert "webhook_token" in shown
    assert "s3cret" not in shown


def test_template_of_a_file_fills_text_and_slack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The file's text is taken as it is."""
    file = tmp_path / "alert.txt"
    file.write_text("$amount von $source: $reasons", "utf-8")
    assert settings(monkeypatch, text_template=str(file)).text == "$amount von $source: $reasons"


@pytest.mark.parametrize(("content", "why"), [(None, "No such file"), (b"\xff$id", "no UTF-8")])
def test_template_that_cannot_be_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None, why: str
) -> None:
    """The line names the variable, the file, and why."""
    file = tmp_path / "alert.txt"
    if content is not None:
        file.write_bytes(content)
    made = settings(monkeypatch, text_template=str(file), webhook_url="http://127.0.0.1:1/")
    with pytest.raises(SettingsError, match=rf"ALERTS_TEXT_TEMPLATE: .*alert\.txt cannot be read: .*{why}"):
        sinks_of(made, lambda: NOW)


def test_alerts_without_a_receiver_do_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command ends with one line that says which variables name one."""
    monkeypatch.setattr(sys, "argv", ["fraud-detector", "alerts"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert "ALERTS_WEBHOOK_URL" in said
    assert "ALERTS_SMTP_HOST" in said
    assert "Traceback" not in said
